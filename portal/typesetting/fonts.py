"""The fonts that a page may use: Inter and the Noto Sans families of the font packages, never the system's."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from portal.typesetting.errors import TypesettingError

_FAMILIES: Final = {
    "justmytype_western_core": ("inter", "notosans"),
    "justmytype_intl_rtl": ("notosansarabic", "notosanshebrew"),
    "justmytype_intl_south_asia": (
        "notosansbengali",
        "notosansdevanagari",
        "notosanstamil",
        "notosanstelugu",
    ),
    "justmytype_intl_sea": (
        "notosanskhmer",
        "notosanslao",
        "notosansmyanmar",
        "notosansthai",
    ),
    "justmytype_intl_africa": ("notosansethiopic",),
    "justmytype_intl_cjk": ("notosansjp", "notosanskr", "notosanssc", "notosanstc"),
}


@cache
def font_paths() -> tuple[Path, ...]:
    """Return one folder a font family. A family that is not there raises TypesettingError, which names it."""
    return tuple(_folder(package, family) for package, families in _FAMILIES.items() for family in families)


def _folder(package: str, family: str) -> Path:
    try:
        folder = Path(str(files(package))) / "fonts" / "ofl" / family
    except ModuleNotFoundError:
        folder = None
    # Typst takes an empty folder without a word, and would set boxes or another family in its place.
    if folder is None or not any(folder.glob("*.ttf")):
        raise TypesettingError(
            f"The font {family} of the package {package} is missing, so nothing can be set. Install the "
            "environment anew from its lock: remove .venv and run ./waypost up."
        )
    return folder


def font_files() -> tuple[Path, ...]:
    """Return every font file that a page may embed."""
    return tuple(path for folder in font_paths() for path in sorted(folder.glob("*.ttf")))
