from django.db import models


class Reason(models.TextChoices):
    """Why a delivery waits, is held or was not done: the key that code reads, with the sentence that people read.

    In a sentence {} stands for the row's `reason_details`, {moment} for its moment as the studio's clock shows it.
    """

    NONE = "", ""
    SAID = "said", "{}"  # in the words of whoever refused it
    # Held until somebody has looked at it; whatever else is held, a cap holds.
    REVIEW = "review", "Waits for review."
    STUDIO_CAP = "studio_cap", "The studio sends at most {} an hour."
    RECIPIENT_CAP = "recipient_cap", "One recipient gets at most {} a day."
    # Waits.
    PAUSED = "paused", "Sending is paused."
    CHANNEL_RESTS = "channel_rests", "{} does not work at present; it is tried again."
    QUIET_HOURS = "quiet_hours", "Quiet hours until {moment}."
    CLOSED = "closed", "The studio is closed until {moment}."
    ON_HOLD = "on_hold", "The order is on hold."
    MOVED_BY_HOLD = "moved_by_hold", "Moved by the days on hold."
    MOVED_BY_CALENDAR = "moved_by_calendar", "Moved: the calendar was changed."
    MOVED_BY_ZONE = "moved_by_zone", "Moved: the time zone was changed."
    MOVED_BY_ORDER_DATE = "moved_by_order_date", "Moved with the order date."
    MOVED_BY_DUE_DATE = "moved_by_due_date", "Moved with the due date."
    MOVED_BY_HOUR = "moved_by_hour", "Moved: due-date triggers fire at another hour now."
    MOVED_BY_TRIGGER = "moved_by_trigger", "Moved: the trigger was changed."
    MOVED_BACK = "moved_back", "Moved: what had moved it was undone."
    WAITS_AGAIN = "waits_again", "Waits again: {} took the status change back."
    WAITS_WITH_ORDER = "waits_order", "Waits again: {} put the order back."
    SECOND_WAY = "second_way", "The second way is taken: {}"
    # Never had a moment; another due date may give it one.
    NO_DUE_DATE = "no_due_date", "The order has no status due date there, so this has no moment."
    TOO_EARLY = "too_early", "Its moment was over before the order reached the status."
    # Skipped by a later status change; undoing that brings it back.
    LEFT_EARLIER = "left_earlier", "The order left {} before its moment."
    LEFT = "left", "The order left {} before this was done."
    COMPLETE = "complete", "The order is complete: {}."
    # Skipped with its order; putting that back brings it back.
    WITHDRAWN = "withdrawn", "{} has withdrawn the order."
    # Skipped for good.
    LEFT_OUT = "left_out", "Left out by {}."
    SKIPPED_BY = "skipped_by", "Skipped by {}."
    TAKEN_BACK = "taken_back", "{} took the status change back."
    UNDONE = "undone", "{} undid what it tells of."
    TRIGGER_OFF = "trigger_off", "The trigger is not active any more."
    OTHER_STATUS = "other_status", "The trigger was changed, and is for another status now."
    OTHER_MOMENT = "other_moment", "The trigger was changed, and has its moment at another time now."
    DO_NOT_CONTACT = "do_not_contact", "{} is marked Do Not Contact."
    PAST_DAY = "past_day", "It was for {}, and is not sent on another day."
    RESTORED = "restored", "Restored from a back-up."
    # Expired, failed, or its outcome is unknown.
    TOO_LATE = (
        "too_late",
        "It was not done within the maximum lateness of its trigger, and is not done any more.",
    )
    WORKER_STOPPED = (
        "worker_stopped",
        "The worker stopped while this was being sent. It may have been sent or not; "
        "press Retry to send it again, or Skip.",
    )
    WORKER_STOPPED_OFTEN = "worker_stopped_often", "The worker stopped while this was being done, {} times."
    UNWRITABLE = "unwritable", "It was not done, and why cannot be written down."


def because(reason: Reason, details: object = "") -> dict[str, str]:
    """Return the columns of a Delivery that say why, as update() and create() want them."""
    return {"reason_code": reason, "reason_details": str(details)[:500]}
