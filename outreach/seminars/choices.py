"""What can be chosen of a seminar: how, about what, by whom, in which language, for whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How a seminar is given."""

    IN_PERSON = "in_person", _("In person")
    VIRTUAL = "virtual", _("By video")
    EITHER = "either", _("Either")


class Topic(models.TextChoices):
    """What a seminar is about."""

    AWARENESS = "awareness", _("Know the signs")
    ONLINE = "online", _("Safe online")
    LABOR = "labor", _("Fair work")
    STAFF = "staff", _("Training for staff")


class PresenterKind(models.TextChoices):
    """Who stands before the class: a hard choice of the school, shown to parents."""

    EDUCATOR = "educator", _("Educator or advocate")
    LOCAL_POLICE = "local_police", _("Local police")
    FEDERAL_AGENT = "federal_agent", _("Federal agent (may be immigration enforcement)")


class Language(models.TextChoices):
    """The languages in which a seminar can be asked for: BCP 47, each named in itself."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"
    VIETNAMESE = "vi", "Tiếng Việt"
    CHINESE = "zh", "中文"
    HAITIAN = "ht", "Kreyòl ayisyen"
    ARABIC = "ar", "العربية"
    KOREAN = "ko", "한국어"
    TAGALOG = "tl", "Tagalog"
    RUSSIAN = "ru", "Русский"
    PORTUGUESE = "pt", "Português"
    FRENCH = "fr", "Français"
    SOMALI = "so", "Soomaali"


class Grades(models.TextChoices):
    """The group that a school asks for."""

    ELEMENTARY = "K-5", _("Grades K to 5")
    MIDDLE = "6-8", _("Grades 6 to 8")
    HIGH = "9-12", _("Grades 9 to 12")
    MIXED = "6-12", _("Grades 6 to 12 together")
    COLLEGE = "college", _("College or university")
    ADULTS = "adults", _("Adults: staff or parents")


class Equipment(models.TextChoices):
    """What the room has."""

    PROJECTOR = "projector", _("Projector or screen")
    SOUND = "sound", _("Loudspeakers")
    MICROPHONE = "microphone", _("Microphone")
    INTERNET = "internet", _("Internet for guests")
    CAMERA = "camera", _("Camera and microphone for video")


class ParentsTold(models.TextChoices):
    """How parents are told."""

    LETTER = "letter", _("A letter on paper")
    EMAIL = "email", _("An e-mail")
    PORTAL = "portal", _("The school’s parent portal")
    MEETING = "meeting", _("A meeting")


class Waitlist(models.TextChoices):
    """What happens to seats that become free when people wait."""

    NONE = "none", _("No waiting list")
    IN_ORDER = "in_order", _("In order: seats wait for the first in line, however many they need")
    FITS = "fits", _("The first in line whom the free seats are enough for")
