"""The first poster and its words, approved by the release; ``tests/campaign/posters`` hold them to the files."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DESIGN = {
    "name": "First light",
    "description": "For restrooms and waiting rooms: the numbers stand in the water, readable from two metres.",
    "template": "first_light.typ",
    "sha256": "a61536d30ce606cae0e56899279802890e5f194bc05a00380b30af3e44ca3bd0",
    "sizes": ["letter"],
}
TEXTS = {
    "en": {
        "language": "en",
        "title": "You have choices",
        "headline": ["Not free to leave?", "Not paid?", "You have choices."],
        "listen": "Someone will listen, day or night.",
        "text_label": "Text",
        "text_note": "Text rates may apply.",
        "call_label": "Call",
        "call_note": "Free. Ask for your language.",
        "relay_label": "Deaf or hard of hearing? Dial this first, then the number above.",
        "chat_label": "Chat",
        "local_label": "Near you",
        "qr_label": "Or scan",
        "qr_opens": "The code opens",
        "qr_alt": "Code that opens a page with these numbers. You do not need it to call, text or chat.",
        "rights": ["You don’t have to give your name.", "You can just ask questions first.", "You choose what to say."],
        "sample_word": "Sample",
        "sample_why": "Sample. Not for posting. The code leads nowhere.",
    },
    "es": {
        "language": "es",
        "title": "Tienes opciones",
        "headline": ["¿No te dejan irte?", "¿No te pagan?", "Tienes opciones."],
        "listen": "Alguien te escucha, de día y de noche.",
        "text_label": "Manda un texto",
        "text_note": "Puede costar lo de un mensaje.",
        "call_label": "Llama",
        "call_note": "Es gratis. Pide que te hablen en español.",
        "relay_label": "¿Eres persona sorda o no oyes bien? Marca esto primero y luego el número de arriba.",
        "chat_label": "Chat",
        "local_label": "Cerca de ti",
        "qr_label": "O escanea",
        "qr_opens": "El código abre",
        "qr_alt": "Código que abre una página con estos números. No lo necesitas para llamar, mandar un "
        "texto o chatear.",
        "rights": ["No tienes que dar tu nombre.", "Puedes solo preguntar.", "Tú decides qué contar."],
        "sample_word": "Muestra",
        "sample_why": "Muestra. No se debe colgar. El código no lleva a ningún lado.",
    },
}


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("campaign", "Design").objects.create(
        slug="first-light", version=1, state="approved", approved_by_release=True, **DESIGN
    )
    for language, blocks in TEXTS.items():
        apps.get_model("campaign", "TextSet").objects.create(
            language=language, blocks=blocks, state="approved", approved_by_release=True
        )


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("campaign", "Design").objects.filter(slug="first-light", version=1).delete()
    apps.get_model("campaign", "TextSet").objects.filter(language__in=TEXTS, approved_by_release=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0001_initial"),
    ]

    operations = [migrations.RunPython(seed, remove)]
