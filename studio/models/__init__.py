from studio.models.active import ActiveQuerySet
from studio.models.clients import Client, Erasure, PhotoSession, SessionType, who_is
from studio.models.first_code import FirstCode
from studio.models.kept_form import KeptForm
from studio.models.long_work import LongWork
from studio.models.maintenance_change import MaintenanceChange, kind_words
from studio.models.numbers import NumberSeries
from studio.models.people import Department, User, UserManager, UserQuerySet
from studio.models.preferences import (
    ALL_DAYS,
    MONDAY_TO_FRIDAY_MASK,
    ClosedDay,
    CompanyPreferences,
    Idle,
    Paper,
    WorkedDay,
    time_zones,
)
from studio.models.sent_form import SentForm
from studio.models.sign_in_try import SignInTry
from studio.models.text_rules import TextRules
from studio.models.vendors import Vendor

__all__ = [
    "ALL_DAYS",
    "MONDAY_TO_FRIDAY_MASK",
    "ActiveQuerySet",
    "Client",
    "ClosedDay",
    "CompanyPreferences",
    "Department",
    "Erasure",
    "FirstCode",
    "Idle",
    "KeptForm",
    "LongWork",
    "MaintenanceChange",
    "NumberSeries",
    "Paper",
    "PhotoSession",
    "SentForm",
    "SessionType",
    "SignInTry",
    "TextRules",
    "User",
    "UserManager",
    "UserQuerySet",
    "Vendor",
    "WorkedDay",
    "kind_words",
    "time_zones",
    "who_is",
]
