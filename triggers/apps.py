from django.apps import AppConfig


class TriggersConfig(AppConfig):
    name = "triggers"
    verbose_name = "Triggers"

    def ready(self):
        from triggers import checks, set_up  # noqa: F401  registers the system checks
        from triggers.channels import rooms  # noqa: F401  opens the channels

        set_up.keep_all()
