from django.apps import AppConfig

from preproduction.order_words import ORDER_WORDS
from studio import append_only, search_index


class PreproductionConfig(AppConfig):
    name = "preproduction"
    verbose_name = "Preproduction"

    def ready(self):
        from preproduction import set_up

        set_up.keep_all()
        search_index.keep(ORDER_WORDS)
        append_only.guard(
            "preproduction_statuschange",
            "Status Notes",
            unique=(("order_id", "sequence"), ("request_key",), ("undoes_id",)),
        )
        append_only.guard("preproduction_orderevent", "History", unique=(("undoes_id",),))
        append_only.guard("preproduction_prediction", "What was forecast", unique=(("stay_id", "kind"),))
        append_only.guard("preproduction_batch", "History", unique=(("undoes_id",),))
