"""Names that a trafficker or a vandal would type: none may be printed. Typed by hand, and combined from our own lists."""

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

from campaign.posters import names

NUMBERS = tomllib.loads((Path(names.__file__).parent / "number_words.toml").read_text(encoding="utf-8"))
WORDS = tomllib.loads((Path(names.__file__).parent / "name_words.toml").read_text(encoding="utf-8"))
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
BOLD = {ord(letter): 0x1D41A + place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
LEET = str.maketrans("oieast", "013457")
CYRILLIC = str.maketrans("aecopxi", "аесорхі")
SEPARATORS = (" ", "-", ".", " - ", ", ", "·", "(", " & ", "–")

DIGITS = [
    "0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "០១២៣៤៥៦៧៨៩", "０１２３４５６７８９", "੦੧੨੩੪੫੬੭੮੯",
    "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "⓪①②③④⑤⑥⑦⑧⑨", "⓿❶❷❸❹❺❻❼❽❾", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "০১২৩৪৫৬৭৮৯",
    "௦௧௨௩௪௫௬௭௮௯", "༠༡༢༣༤༥༦༧༨༩", "၀၁၂၃၄၅၆၇၈၉", "０⑴⑵⑶⑷⑸⑹⑺⑻⑼", "0⒈⒉⒊⒋⒌⒍⒎⒏⒐", "0፩፪፫፬፭፮፯፰፱", "0ⅠⅡⅢⅣⅤⅥⅦⅧⅨ", "〇〡〢〣〤〥〦〧〨〩",
    "0㊀㊁㊂㊃㊄㊅㊆㊇㊈",
]  # fmt: skip
PHONES = ("18005550123", "233733", "2125550", "5550", "66008")

BY_HAND = """
Call 1-800-555-0199
1-888-373-7888
Safe House 555 0199
Safe House 5 5 5 0 1
Lincoln High 1-2-3-4
Lincoln High (555) 0
800-FREE-NOW
888-HELP
844.GET.SAFE
833 Rides
P.S. 911
Nine 9-1-1
988 Lifeline
9 8 8 House
8OO-5l2
lOO-2OO
IOl O9
Safe O I O I
Safe l-O 5 O
118 Safe 5
One Two
five five five
Five-Five-Five School
fivefivefive
XII IV IX
V V V V
hana dul set net
Txt Maria
Ask for Maria
Reach Us Safe
xxfivefivefivexx
FiveFiveFive Rides
f i v e f i v e
f i v e 5
F.I.V.E. S.I.X.
f-i-v-e s-i-x
fi-ve si-x
fiiive sixxx
fíve śix
f1ve s1x
thr33 rivers
f1ve rides
5ix House
n1ne
s3v3n
e1ght
0ne
tw0
flve slx
nlne elght
ЅІХ ЅІХ
ЅІХ TEN
ΟΝΕ ΤΕΝ
оnе twо
fіve rides
fivе six
sеvеn ten
One 1
Three Rivers 7
7-Eleven
Studio One 54
one-oh-one-seven
oh oh oh
nine won won
double five triple two
twentyone thirtytwo fortyfive
Twenty-One Rides
fi ve si x se ven
se ven ei ght ni ne
o n e t w o t h r e e
cinco seis
séis cinco
cincocincocinco
c i n c o s e i s
uno uno uno
Cero-Cinco
fivecincosix
un deux trois
deux trois
deuxtroisquatre
dois três
meia dois um
hai ba bốn năm
sáu bảy
sau bay tam
khong mot hai
isa dalawa tatlo
senk twa kat
kow laba
пять шесть
пятьшестьсемь
п'ять шість
один два три
خمسة ستة
خمسةستةسبعة
الخمسة الستة
خَمسة سِتة
پنج شش
صفرشششش
یک دو سه
پانچ سات
पाँच सात
पांचसातआठ
एक दो तीन
फाइव सिक्स
五五五五
一二三四五
九 一 一 五
第一二三四中学
壹贰叁肆
〇〇〇〇
いち さん ろく
いちにさんろくなな
イチニサンロクナナ
なな はち
일이삼사오육
하나 다섯
공일공일이삼사
파이브 식스 세븐
หนึ่ง สอง
หนึ่งสองสาม
ห้าห้าห้า
ពីរ បី
ពីរបីបួន
አንድ ሁለት
አምስትስድስትሰባት
help@safe.org
help＠safe
help﹫safe
safe.org
Safe.Org House
safe．org
safe。org
safe｡org
safe․org
safe/now
safe⁄now
safe∕now
http://safe
https safe
www safe
www.safe.c
w w w safe
W.W.W. Safe
t.me
safe dot org
safe Dot Com
safe d o t org
safe dotcom
safe punto com
Safe Punto Com
safepuntocom
safe point com
safe ponto org
safe точка ком
safe نقطة كوم
安全点com
安全 点 com
safe닷컴
セーフドットコム
safe . com
safe. com
safe ,com
safe·com
safe (com)
safe-com
safe com
s a f e . c o m
safe.c o m
safe c o m
St.Mary
#saferides
safe \\ now
Safe on WhatsApp
What's App Safe
Whats-App Safe
W h a t s A p p
wh4tsapp
Телеграм Дом
Tele gram House
telegramhouse
INSTAGRAM House
Snap Chat House
Face book House
tik tok rides
TikTok Rides
WeChat Rides
微信安全
카톡 하우스
Signal App Rides
Cash App Rides
Venmo House
Only Fans House
واتساب الأمل
ไลน์บ้าน
Call Us Now
Call Maria
CALL HOME
c a l l home
ca-ll home
cаll home
ca11 home
Text HELP
T E X T help
t3xt help
Dial Freedom
Telephone House
Phone Maria
ph0ne Maria
Safe Hotline
Safe Hot Line
Hot-Line House
Help Line House
Teen Helpline
Email Maria
E-mail Maria
Llame a María
Llámanos Casa
Marca Casa
Manda Mensaje
Teléfono Casa
Appelez Marie
Ligue para Ana
Rele Mari
Gọi Mai
Điện thoại Mai
Tumawag kay Ana
Soo wac Xaawo
Звоните Анне
Позвоните Анне
Зателефонуйте Ганні
اتصل بنا
زنگ بزن
फोन करें
拨打热线
電話して下さい
전화하세요
โทรหาเรา
ទូរស័ព្ទមកយើង
ስልክ ደውሉ
Police
Amtrak Police
P.O.L.I.C.E. Aid
Po-lice Aid
P0lice Aid
Роlісе Aid
FBI Field Office
F.B.I. Aid
F B I Aid
DHS
ICE
I.C.E. Office
Ice Office
HSI Miami
Federal Way Federal Aid
Federal Agents
Homeland Security
U.S. Government
Border Patrol
Sheriff's Office
Secret Service
Blue Campaign
Policía Local
Gobierno Federal
Полиция
Поліція
الشرطة
پلیس
पुलिस
警察署
公安局
경찰서
ตำรวจ
ፖሊስ
Cảnh sát
Pulis
Lincoln ☎ High
Lincoln 📞
Lincoln ❤
Lincoln\u202eHigh
Lincoln\u2066High
Lincoln\u200bHigh
Lincoln\u200dHigh
Lincoln\ufeffHigh
Lincoln\u00adHigh
Lincoln\x00High
Lincoln\x07High
Lincoln\u3164High
Lincoln\u115fHigh
Lincoln\u2800High
Lincoln\ue000High
Lincoln\U000e0041High
Lincoln\ufe0f
Lincoln = High
Lincoln + High
Lincoln: High
Lincoln <b>High</b>
Lincoln $x$
Lincoln *High*
Lincoln_High
Lincoln `High`
Lincoln ~ High
Lincoln | High
Lincoln; High
Lincoln? High!
{Lincoln}
[Lincoln]
Li\u0336n\u0336coln
Li\u0301\u0302\u0303\u0304n
\u0301Lincoln
مـدرسـة
Ｌｉｎｃｏｌｎ
𝐋𝐢𝐧𝐜𝐨𝐥𝐧
Ⓛⓘⓝcoln
ﻣﺪﺭﺳﺔ
ｻｸﾗ
ƷƷƷ House
Lincоln High
Шkola
Αthena
ਸਕੂਲ
X
12
118
- -
...
""".strip("\n").split("\n")


def _combined() -> Iterator[str]:
    """Hostile names made of every language's words and every script's digits."""
    draw = random.Random(2027)
    for digits in DIGITS:
        for phone in PHONES:
            row = [digits[int(digit)] for digit in phone]
            yield "".join(row)
            yield "Lincoln High " + draw.choice(SEPARATORS).join(row)
            yield f"{''.join(row[:2])} Lincoln {''.join(row[2:])}"
    for table in NUMBERS.values():
        words = table.get("words", []) + table.get("marked", [])
        weak = table.get("weak", [])
        for first in words:
            second, third = draw.choice(words), draw.choice(words)
            yield f"{first} {second}"
            yield f"{first.upper()}-{second} House"
            yield f"{first} House {second}"
            yield f"{first} 7"
            yield f"House 7 {first}"
            yield f"{first}, {second}, {third}"
        for first in weak:
            yield f"{first} {draw.choice(weak)} {draw.choice(weak)} {draw.choice(words or weak)}"
    latin = [word for code in ("en", "es", "fr", "pt", "tl") for word in NUMBERS[code]["words"]]
    for word in latin:
        second, third = draw.choice(latin), draw.choice(latin)
        yield f"{word.translate(FULL_WIDTH)} House"
        yield f"{word.translate(BOLD)} House"
        if word.translate(LEET) != word:
            yield f"{word.translate(LEET)} House"
        if not set(word) <= set(word.translate(CYRILLIC)) and not word.translate(CYRILLIC).isascii():
            yield f"{word.translate(CYRILLIC)} {second}"
        if len(word) > 2 and len(second) > 2 and len(third) > 2:
            yield f"{word}{second}{third}"[:60] if len(word + second + third) <= 60 else f"{word} {second}"
            yield f"{word[:2]} {word[2:]}{second[:2]} {second[2:]}{third}"
            yield f"{' '.join(word)} {' '.join(second)}"[:60] if len(word + second) < 30 else f"{word} {second}"
            yield f"{'.'.join(word)} {second}"
    for kind in ("instructions", "authorities", "networks"):
        for word in WORDS[kind]["words"]:
            yield f"House {word}"
            yield f"{word.upper()} Maria"
            yield f"({word}) Maria"
        for piece in WORDS[kind].get("pieces", []):
            yield f"{piece}中心"


HOSTILE_NAMES = sorted({*BY_HAND, *_combined()})
