"""The Django application of the staff's face, and its doors."""

from django.apps import AppConfig

from linli.kernel.text import Text


class ConsoleConfig(AppConfig):
    name = "linli.console"
    label = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        from linli.platform.web.nav import Door, add_door

        from .setup import PERMISSION

        rules = Text("规则与记录", "Rules and records")
        add_door(Door("console", "console:home", Text("今天", "Today"), "inbox", permission="console.use", order=10))
        add_door(Door("console", "console:jobs", Text("长任务", "Long work"), "loop", rules, "jobs.read", order=930))
        people = Text("个人信息", "Personal data")
        graded = Text("分类分级", "What is held")
        add_door(Door("console", "console:grades", graded, "layers", people, "policy.read", 830))
        assessed = Text("影响评估", "Impact")
        add_door(Door("console", "console:impact", assessed, "scale", people, "privacy.impact.read", 835))
        asked = Text("资料方面的要求", "Data requests")
        add_door(Door("console", "console:requests", asked, "shield", people, "privacy.request.decide", 810))
        add_door(
            Door(
                "console", "console:reads", Text("谁看过谁", "Who read whom"), "eye", people, "privacy.reads.read", 820
            )
        )
        add_door(
            Door(
                "console",
                "rulebook:policies",
                Text("政策与标准", "Policies"),
                "policy",
                rules,
                "policy.read",
                order=900,
            )
        )
        add_door(
            Door(
                "console",
                "console:overview",
                Text("驾驶舱", "Hall screen"),
                "bld",
                permission="overview.read",
                order=20,
            )
        )
        add_door(Door("console", "console:setup", Text("开通社区", "Setting up"), "check", rules, PERMISSION, 890))
        add_door(Door("console", "backup:backups", Text("备份", "Backups"), "layers", rules, "backup.read", 940))
        add_door(Door("open", "console:open", Text("首页", "Start"), "home", order=10))
        add_door(Door("open", "rulebook:open-policies", Text("规则", "Rules"), "policy", order=90))
