r"""Pairs of texts, and what people expect of them.

    stored | typed | found | same | sorted

stored: a name as it is kept.  typed: what somebody types, of which there may be another name.
found:  "yes" or "no": whether a search for `typed` finds `stored`.
same:   "one" or "two": whether both are one name, so that the second is refused.
sorted: "<", "=" or ">": where `stored` stands to `typed` in a list.

Characters that cannot be seen, or that an editor would compose, are written as \u escapes.
"""

TABLE = r"""
# Case
Smith | smith | yes | one | =
SMITH | smith | yes | one | =
smith | SMITH | yes | one | =
McDonald | mcdonald | yes | one | =
van der Berg | VAN DER BERG | yes | one | =
de la Cruz | De La Cruz | yes | one | =
ab-1 | AB-1 | yes | one | =
Ab-1 | aB-1 | yes | one | =
ÄRGER | ärger | yes | one | =
ŁUKASZ | łukasz | yes | one | =
ЖУКОВА | Жукова | yes | one | =
ΑΘΗΝΑ | αθηνα | yes | one | =
ԱՆՆԱ | աննա | yes | one | =
ⒶNNA | anna | yes | one | =
# Accents of Latin letters
Álvaro | alvaro | yes | two | =
Àngel | angel | yes | two | =
Âme | ame | yes | two | =
João | joao | yes | two | =
Ana Conceição | conceicao | yes | two | <
Ängela | angela | yes | two | =
Åsa | asa | yes | two | =
Čapek | capek | yes | two | =
Ćosić | cosic | yes | two | =
Ďurica | durica | yes | two | =
Éric | eric | yes | two | =
Èva | eva | yes | two | =
Zoë | zoe | yes | two | =
Zoë | ZOÉ | yes | two | =
Ěva | Eva | yes | two | =
Ęwa | Ewa | yes | two | =
Gökçe | gokce | yes | two | =
Özgür | ozgur | yes | two | =
Şükrü | sukru | yes | two | =
Çağla | cagla | yes | two | =
Ğ | g | yes | two | =
Íñigo | inigo | yes | two | =
Niño | nino | yes | two | =
Ano | Año | yes | two | =
Año | ano | yes | two | =
Peña | pena | yes | two | =
Ķīnis | kinis | yes | two | =
Ľubica | lubica | yes | two | =
Ňuša | nusa | yes | two | =
Őze | oze | yes | two | =
Řehoř | rehor | yes | two | =
Škoda | skoda | yes | two | =
Șerban | serban | yes | two | =
Şerban | Șerban | yes | two | =
Ťava | tava | yes | two | =
Țepeș | tepes | yes | two | =
Ůna | una | yes | two | =
Űrge | urge | yes | two | =
Ŵyn | wyn | yes | two | =
Ýr | yr | yes | two | =
Žižek | zizek | yes | two | =
Ngọc Ánh | ngoc anh | yes | two | =
Nguyễn | nguyen | yes | two | =
Trần Thị Hạnh | tran thi hanh | yes | two | =
Phượng | phuong | yes | two | =
Ṣọlá | sola | yes | two | =
Kahanamokuā | kahanamokua | yes | two | =
Müller | muller | yes | two | =
Müller | Muller | yes | two | =
José | josé | yes | one | =
François | francois | yes | two | =
Brontë | bronte | yes | two | =
Citroën | CITROEN | yes | two | =
# Accents composed and not
Jose\u0301 | José | yes | one | =
José | Jose\u0301 | yes | one | =
Jose\u0301 | jose | yes | two | =
Mu\u0308ller | Müller | yes | one | =
A\u030asa | Åsa | yes | one | =
\u212bsa | Åsa | yes | one | =
Nguye\u0302\u0303n | Nguyễn | yes | one | =
Nguye\u0303\u0302n | nguyen | yes | two | =
Andrii\u0306 | andrii | yes | two | =
N\u0303ino | Ñino | yes | one | =
C\u0327elik | Çelik | yes | one | =
# Ligatures, strokes and other letters that stand for two
Straße | strasse | yes | one | =
STRASSE | straße | yes | one | =
straße | STRASSE | yes | one | =
Großmann | GROSSMANN | yes | one | =
GROẞMANN | großmann | yes | one | =
Æther | aether | yes | one | =
Ægir | AEGIR | yes | one | =
Œuvre | oeuvre | yes | one | =
Lætitia | laetitia | yes | one | =
Ǽlfred | aelfred | yes | two | =
ﬁsher | fisher | yes | one | =
Scheﬄer | scheffler | yes | one | =
Ĳsbrand | ijsbrand | yes | one | =
Søren | soren | yes | two | =
Søren | SOREN | yes | two | =
Søren | søren | yes | one | =
Jørgensen | jorgensen | yes | two | =
Łódź | lodz | yes | two | =
Wałęsa | walesa | yes | two | =
Đặng | dang | yes | two | =
Đorđević | dordevic | yes | two | =
Guðrún | gudrun | yes | two | =
Þór | thor | yes | two | =
Ħamrun | hamrun | yes | two | =
Ŧuri | turi | yes | two | =
Əliyev | eliyev | yes | two | =
Ŋgugi | ngugi | yes | two | =
# German and Nordic letters, spelled out
Müller | mueller | yes | two | >
Müller | Mueller | yes | two | >
Mueller | müller | yes | two | <
Mueller | mueller | yes | one | =
Mueller | Müller | yes | two | <
Jäger | jaeger | yes | two | >
Schröder | schroeder | yes | two | <
Schroeder | schröder | yes | two | >
Søren | soeren | yes | two | >
Aarhus | Århus | yes | two | <
Århus | aarhus | yes | two | >
Björk | bjoerk | yes | two | >
Joel | jol | no | two | <
Samuel | samul | no | two | <
Michael | michal | no | two | <
# Turkish
İlknur | ilknur | yes | one | =
İlknur | ILKNUR | yes | one | =
ILKNUR | ilknur | yes | one | =
ilknur | İlknur | yes | one | =
Işık | isik | yes | two | =
Işık | ışık | yes | one | =
IŞIK | ışık | yes | one | =
IRMAK | ırmak | yes | one | =
Yıldız | yildiz | yes | one | =
YILDIZ | yıldız | yes | one | =
Diyarbakır | DİYARBAKIR | yes | one | =
i\u0307nci | inci | yes | one | =
# Cyrillic
Иванова-Петрова | иванова-петрова | yes | one | =
Иванова-Петрова | Иванова Петрова | yes | two | =
Иванова–Петрова | иванова-петрова | yes | one | =
Соловьёв | соловьев | yes | two | =
Соловьев | соловьёв | yes | two | =
Ёлкина | елкина | yes | two | =
Николай | николай | yes | one | =
Никола\u0438\u0306 | Николай | yes | one | =
Николай | Никола\u0438\u0306 | yes | one | =
Николай | Николаи | no | two | >
Николаи | Николай | no | two | <
Йован | Иован | no | two | >
Юрий | ЮРИЙ | yes | one | =
Київ | київ | yes | one | =
Ки\u0456\u0308в | Київ | yes | one | =
Короткевіч Ўладзімір | ўладзімір | yes | two | <
Ґалаґан | галаган | yes | two | =
Мар\u0301ия | мария | yes | two | =
Ђорђе | ђорђе | yes | one | =
Объедков | объедков | yes | one | =
Ѐва | ева | yes | two | =
Нұрлан | нурлан | yes | two | =
# Greek
Ψυχή | ψυχη | yes | two | =
ΨΥΧΗ | ψυχη | yes | one | =
Άννα | αννα | yes | two | =
ΑΝΝΑ | άννα | yes | two | =
Γιώργος | γιωργος | yes | two | =
ΓΙΩΡΓΟΣ | γιωργος | yes | one | =
Γιώργος | ΓΙΩΡΓΟΣ | yes | two | =
Νίκος | νικοσ | yes | two | =
Μαΐου | μαιου | yes | two | =
Ἀριστοτέλης | αριστοτελης | yes | two | =
Ὀδυσσεύς | οδυσσευς | yes | two | =
# Hebrew
שָׁלוֹם | שלום | yes | two | =
שלום | שָׁלוֹם | yes | two | =
\ufb2a\u05dc\u05d5\u05dd | שלום | yes | two | =
בן־גוריון | בן-גוריון | yes | one | =
בן־גוריון | בן גוריון | yes | two | =
ג׳ורג׳ | ג'ורג' | yes | one | =
ג׳ורג׳ | גורג | yes | two | =
רחל | רחלי | no | two | <
# Arabic and Persian
أحمد | احمد | yes | two | =
احمد | أحمد | yes | two | =
إبراهيم | ابراهيم | yes | two | =
آدم | ادم | yes | two | =
مُحَمَّد | محمد | yes | two | =
محـــمد | محمد | yes | two | =
فاطمة | فاطمه | yes | two | =
ليلى | ليلي | yes | two | =
\u0644\u0627 | \ufefb | yes | one | =
\ufee3\ufea4\ufee4\ufeaa | محمد | yes | one | =
مؤمن | مومن | yes | two | =
هانئ | هاني | yes | two | =
کریم | كريم | yes | two | =
علی | علي | yes | two | =
می\u200cروم | میروم | yes | one | =
محمد | محمود | no | two | <
# Scripts of India: signs of vowels are letters
अनु | अन | yes | two | >
अन | अनु | no | two | <
फ़ातिमा | फातिमा | yes | two | =
\u095eातिमा | फ\u093cातिमा | yes | one | =
कमल | कमला | no | two | <
राम | रमा | no | two | >
காவ்யா | காவ்யா | yes | one | =
கவ்யா | காவ்யா | no | two | <
ইন্দ্রাণী | ইন্দ্রাণী | yes | one | =
ਹਰਪ੍ਰੀਤ | ਹਰਪ੍ਰੀਤ | yes | one | =
శ్రీ | శ్రి | no | two | >
# Thai, Khmer, Burmese, Georgian, Armenian, Ethiopic
สมชาย | สมชาย | yes | one | =
น้ำ | น\u0e49\u0e4d\u0e32 | yes | one | =
ปู่ | ปู | yes | two | >
ปู | ปู่ | no | two | <
សុខា | សុខា | yes | one | =
မောင် | မောင် | yes | one | =
ნინო | ნინო | yes | one | =
ᲜᲘᲜᲝ | ნინო | yes | one | =
Հայկ | հայկ | yes | one | =
አበበ | አበበ | yes | one | =
አበበ | አበባ | no | two | <
# Chinese, Japanese, Korean
王芳 | 王芳 | yes | one | =
王芳 | 芳 | yes | two | <
王芳 | 王 | yes | two | >
王芳 | 芳王 | no | two | <
欧阳娜娜 | 娜娜 | yes | two | >
李\u3000娜 | 李 娜 | yes | one | =
李 娜 | 李娜 | no | two | <
\uf9e1 | 李 | yes | one | =
葛\U000e0100城 | 葛城 | yes | one | =
さくら | サクラ | yes | two | =
サクラ | さくら | yes | two | =
ｻｸﾗ | サクラ | yes | one | =
がく | かく | no | two | >
ガク | カ\u3099ク | yes | one | =
はな | ばな | no | two | <
ユーリー | ゆーりー | yes | two | =
김민준 | 민준 | yes | two | <
김민준 | \u1100\u1175\u11b7\u1106\u1175\u11ab\u110c\u116e\u11ab | yes | one | =
김민준 | 김민주 | no | two | >
박 | 박지성 | no | two | <
# Compatibility forms
ＡＢ－１２ | ab-12 | yes | one | =
ＳＭＩＴＨ | smith | yes | one | =
Studio① | studio1 | yes | one | =
Ｎｏ．５ | No.5 | yes | one | =
№5 | no5 | yes | one | =
m² | m2 | yes | one | =
Ⅳ | iv | yes | one | =
½ | 1⁄2 | yes | one | =
ª | a | yes | one | =
𝓐𝓷𝓷𝓪 | anna | yes | one | =
ſmith | smith | yes | one | =
\u212a\u0065lvin | kelvin | yes | one | =
㎏ | kg | yes | one | =
Foto… | foto... | yes | one | =
# Apostrophes and quotes
O'Brien | O’Brien | yes | one | =
O’Brien | o'brien | yes | one | =
O´Brien | O`Brien | yes | one | =
O‘Brien | o'brien | yes | one | =
OʼBrien | O'Brien | yes | one | =
O＇Brien | O'Brien | yes | one | =
O’Brien | obrien | yes | two | =
OBrien | o’brien | yes | two | =
D’Angelo | dangelo | yes | two | =
L′Hôpital | l'hopital | yes | two | =
Hawaiʻi | hawai'i | yes | one | =
Ta‘u | Ta'u | yes | one | =
В’ячеслав | в'ячеслав | yes | one | =
“Foto” Lab | "Foto" Lab | yes | one | =
«Foto» Lab | „Foto” Lab | yes | one | =
«Foto» Lab | foto lab | yes | two | =
# Hyphens
Anne-Marie | Anne‐Marie | yes | one | =
Anne–Marie | anne-marie | yes | one | =
Anne—Marie | anne-marie | yes | one | =
Anne‑Marie | anne-marie | yes | one | =
Anne−Marie | anne-marie | yes | one | =
Anne－Marie | anne-marie | yes | one | =
Anne﹣Marie | anne-marie | yes | one | =
Anne-Marie | anne marie | yes | two | =
Anne Marie | anne-marie | yes | two | =
Anne-Marie | annemarie | no | two | <
García-Márquez | garcia marquez | yes | two | =
García Márquez | garcia-marquez | yes | two | =
AB-1 | AB–1 | yes | one | =
AB-1 | AB1 | no | two | <
12-1 | 121 | no | two | <
Smith-Jones | jones-smith | no | two | >
# Spaces, and what cannot be seen
Anna  Lee | Anna Lee | yes | one | =
Anna\u00a0Lee | Anna Lee | yes | one | =
Anna\u2009Lee | anna lee | yes | one | =
Anna\u202fLee | anna lee | yes | one | =
\u200bAnna | Anna | yes | one | =
Anna\u200b | anna | yes | one | =
An\u200bna | anna | yes | one | =
An\u00adna | anna | yes | one | =
Anna\ufeff | Anna | yes | one | =
Anna\u200e | Anna | yes | one | =
\u2060Anna | Anna | yes | one | =
Anna\ufe0f | Anna | yes | one | =
An\u034fna | Anna | yes | one | =
00124\u200b | 00124 | yes | one | =
00124 | 00\u200b124 | yes | one | =
Anna\u3164 | Anna | yes | one | =
Anna | Anna\u2800 | yes | one | =
👩\u200d👩\u200d👧 Lee | lee | yes | two | >
# One and two letters
Li | li | yes | one | =
Li | l | yes | two | >
Li Na | na | yes | two | <
Ng | ng | yes | one | =
Ø | o | yes | two | =
Aß | as | yes | two | >
X | x | yes | one | =
Lina | Li | yes | two | >
Li | Lina | no | two | <
# Whole words and parts of them
Anna Schmidt | schmidt anna | yes | two | <
Anna Schmidt | schmid | yes | two | <
Anna Schmidt | anna meyer | no | two | >
Anna Schmidt | annas | no | two | <
Anna & Bert | anna bert | yes | two | <
St. Mary | st mary | yes | two | >
A. B. Cole | a.b. | no | two | <
50% Off | 50% | yes | two | >
under_score | r_s | yes | two | >
under score | r_s | no | two | >
100 | 1_0 | no | two | >
back\\slash | k\\s | yes | two | <
"Rex" | "rex | yes | two | =
[Test] | [test] | yes | one | =
a*b | a*b | yes | one | =
a*b | a?b | no | two | <
NOT | not | yes | one | =
NEAR(a b) | near(a | yes | two | >
# What people expect of a sorted list
Álvaro | apple | no | two | <
Ängela | apple | no | two | <
Álvaro | Ängela | no | two | <
apple | Bernd | no | two | <
Zacharias | apple | no | two | >
Zoe | Zacharias | no | two | >
Ödön | Otto | no | two | <
Öztürk | Oz | yes | two | >
de Vries | Deville | no | two | <
Łuk | Lukas | no | two | <
Šimon | Simone | no | two | <
Émile | Eric | no | two | <
Ян | Анна | no | two | >
Ёж | Жук | no | two | <
Ολγα | Άννα | no | two | >
Zhang | 张 | no | two | <
9 | 10 | no | two | <
S2611-9 | S2611-10 | no | two | <
Studio 2 | Studio 10 | no | two | <
00124 | 124 | yes | two | =
"""


def pairs() -> list[tuple[str, str, bool, bool, str]]:
    """Return (stored, typed, is found, is the same name, "<" "=" or ">")."""
    lines = [line for line in TABLE.strip().splitlines() if not line.startswith("#")]
    return [_pair(line) for line in lines]


def _pair(line: str) -> tuple[str, str, bool, bool, str]:
    stored, typed, found, same, order = (part.strip(" ") for part in line.split("|"))
    return _read(stored), _read(typed), found == "yes", same == "one", order


def _read(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("unicode_escape") if "\\" in text else text
