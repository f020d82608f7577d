"""What the kinds of policy are called. A kind without a name here is shown by its code."""

from linli.kernel.text import Text

KINDS: dict[str, Text] = {
    "roles": Text("角色与权限", "Roles and permissions"),
    "life_circle_standard": Text("生活圈标准", "Life-circle standards"),
    "indicator_system": Text("指标体系", "Indicator systems"),
    "warning_scheme": Text("三色预警", "Three-colour warnings"),
    "strategies": Text("策略库", "Strategies"),
    "walkers": Text("步行人群", "Groups of walkers"),
    "facility_categories": Text("设施类别", "Facility categories"),
    "osm_mapping": Text("地图标签对照", "Map tag mapping"),
    "estimate": Text("估算办法", "Estimates"),
    "gap_filling": Text("补短板的方式", "Ways to fill a gap"),
    "divisions": Text("行政区划级别", "Administrative levels"),
    "synthetic": Text("虚构样本参数", "Synthetic sample"),
    "catalogue": Text("编码表", "Code lists"),
    "attachments": Text("附件", "Attachments"),
    "backup": Text("备份", "Backups"),
    "delivery": Text("消息投递", "Delivery of messages"),
    "mandates": Text("代办委托", "Acting for somebody"),
    "inbox": Text("消息和摘要", "Inbox and digest"),
    "ledger_book": Text("账本", "Books of the ledger"),
    "notices": Text("通知公告", "Announcements"),
    "retention": Text("保存期限", "How long things are kept"),
    "cases": Text("接诉即办", "Cases"),
    "case_flow": Text("办事流程", "Ways a case goes"),
    "case_type": Text("事项类型", "Kinds of case"),
    "work_calendar": Text("工作日历", "Calendar of work days"),
    "welcome": Text("新居民见面礼", "Welcome of new residents"),
    "sign_in": Text("登录防护", "Sign-in limits"),
}
