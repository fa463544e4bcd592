"""The fonts that a page may use: Inter and the Noto Sans families of the font packages, never the system's."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

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
    """Return one folder a font family. Missing packages raise ModuleNotFoundError: they are in the lock."""
    return tuple(
        Path(str(files(package))) / "fonts" / "ofl" / family
        for package, families in _FAMILIES.items()
        for family in families
    )


def font_files() -> tuple[Path, ...]:
    """Return every font file that a page may embed."""
    return tuple(path for folder in font_paths() for path in sorted(folder.glob("*.ttf")))
