"""The Django application of the ground."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "linli.platform"
    label = "platform"
    verbose_name = "Platform"

    def ready(self) -> None:
        from linli.kernel.text import Text
        from linli.platform.attachments.sweeping import run_sweeper
        from linli.platform.backup.nightly import run_nightly
        from linli.platform.comments.commands import ANSWERED
        from linli.platform.comments.pages import describe_answer, n_waiting
        from linli.platform.comments.remarks import MENTIONED, describe_mention
        from linli.platform.delivery.sending import run_delivery
        from linli.platform.inbox.digest import run_digests
        from linli.platform.inbox.kinds import inbox_kind
        from linli.platform.inbox.pages import unread_messages
        from linli.platform.kit import assets
        from linli.platform.retention.running import run_retention
        from linli.platform.signin import sessions
        from linli.platform.web.nav import Door, add_door
        from linli.platform.worker import worker_loop

        assets.remember_build()
        sessions.listen()
        worker_loop("attachments", run_sweeper)
        worker_loop("inbox", run_digests)
        add_door(
            Door("portal", "inbox", Text("消息", "Inbox"), "mail", order=25, is_personal=True, count=unread_messages)
        )
        add_door(
            Door("console", "inbox", Text("消息", "Inbox"), "mail", None, "console.use", 15, count=unread_messages)
        )
        worker_loop("delivery", run_delivery)
        rules = Text("规则与记录", "Rules and records")
        add_door(Door("console", "delivery", Text("消息投递", "Delivery"), "mail", rules, "delivery.read", 940))
        worker_loop("backup", run_nightly)
        worker_loop("retention", run_retention)
        asked = Text("提问和留言", "Questions")
        add_door(Door("console", "comments", asked, "talk", None, "comments.answer", 46, count=n_waiting))
        inbox_kind(
            ANSWERED, Text("社区答复了您的提问", "Your question was answered"), icon="talk", describe=describe_answer
        )
        inbox_kind(
            MENTIONED, Text("同事在内部备注里提到了您", "A colleague mentioned you"), icon="talk", describe=describe_mention
        )  # fmt: skip
        people = Text("个人信息", "Personal data")
        add_door(
            Door(
                "console", "retention", Text("保存期限", "How long it is kept"), "clock", people, "retention.read", 840
            )
        )
