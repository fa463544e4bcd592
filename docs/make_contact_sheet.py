"""Makes the contact sheets: every shipped design on every sheet that it suits, in every language.

    .venv/bin/python docs/make_contact_sheet.py

Needs no database. Writes one picture a design into docs/images/designs/; whoever changes a design or a text
runs it and looks at what came out.
"""

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from campaign.posters.header import Header, Layout, Paper  # noqa: E402
from campaign.posters.languages import LANGUAGES  # noqa: E402
from campaign.posters.pages import PosterPage, to_data  # noqa: E402
from campaign.posters.shipped import project, shipped_designs, shipped_texts  # noqa: E402
from portal.typesetting import PALETTE, Project, compile_png  # noqa: E402
from portal.typesetting.fonts import font_files  # noqa: E402

IMAGES = ROOT / "docs" / "images" / "designs"
SHEETS = {
    "Letter": Paper(612, 792, safe=18),
    "Tabloid": Paper(792, 1224, safe=18),
    "A4": Paper(595.276, 841.89, safe=17),
    "A3": Paper(841.89, 1190.551, safe=17),
    "Car card": Paper(2016, 792, safe=36),
    "Sticker": Paper(288, 432, safe=9),
}
TALL, GAP, HEAD = 270, 14, 34
WIDTH = 2000
QUALITY = 58


def main() -> None:
    """Makes every sheet and says how large they are."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    made = 0
    for slug, source in shipped_designs():
        header = Header.of(source)
        design = project(source)
        rows = [
            (f"{header.name}, {name}, {LANGUAGES[language].name}", picture(design, header, layout, paper, language))
            for name, paper in SHEETS.items()
            if (layout := header.layout_for(paper))
            for language in LANGUAGES
        ]
        made += len(rows)
        arranged(rows).save(IMAGES / f"{slug}.webp", quality=QUALITY, method=6)
    files = sorted(IMAGES.glob("*.webp"))
    print(
        f"{made} posters on {len(files)} sheets, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB in {IMAGES}"
    )


def picture(design: Project, header: Header, layout: Layout, paper: Paper, language: str) -> Image.Image:
    """One poster as the campaign would print it in January 2027, ``TALL`` pixels high."""
    texts = shipped_texts(language)
    page = PosterPage(
        language=language,
        texts=texts,
        call="1-888-373-7888",
        text="233733",
        relay="711",
        chat="humantraffickinghotline.org",
        danger="911",
        url="HTTPS://GO.EXAMPLE.GOV/Q/0W0AB12345",
        host="go.example.gov",
        station="Jackson Union Station",
        spot=str(texts["spot_restroom_women"]),
        code="0W0AB-12345",
    )
    data = to_data([page], header=header, layout=layout, paper=paper)
    (png,) = compile_png(design, data, ppi=TALL / paper.height * 72)
    return Image.open(io.BytesIO(png)).convert("RGB")


def arranged(rows: list[tuple[str, Image.Image]]) -> Image.Image:
    """The pictures in lines of equal height, each under its name."""
    inter = next(path for path in font_files() if path.name.startswith("Inter["))
    font = ImageFont.truetype(str(inter), 13)
    places: list[tuple[int, int]] = []
    x, y = GAP, GAP
    for _, image in rows:
        if x + image.width + GAP > WIDTH:
            x, y = GAP, y + TALL + HEAD + GAP
        places.append((x, y))
        x += image.width + GAP
    sheet = Image.new("RGB", (WIDTH, y + TALL + HEAD + GAP), PALETTE["sand"])
    pen = ImageDraw.Draw(sheet)
    for (name, image), (x, y) in zip(rows, places, strict=True):
        sheet.paste(image, (x, y + HEAD - 6))
        words = name.split(", ", 1)[1]
        while font.getlength(words) > image.width and len(words) > 4:
            words = words[:-2].rstrip(" ,…") + "…"
        pen.text((x, y + 6), words, fill=PALETTE["ink"], font=font)
    return sheet


if __name__ == "__main__":
    main()
