"""PDF files: any text in any script, on pages that say what and where they are."""

import io
import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import distribution
from math import dist

import django_tables2 as tables
import pytest
import uharfbuzz
from PIL import Image
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas

from studio.exports.list_file import table_to_pdf
from studio.paper import coverage, fonts, pdf, shaping, table
from studio.paper.columns import Column
from studio.paper.lettering import Line, Style, draw_line, printable, stand_ins, width_of, wrap
from studio.paper.shaping import pieces
from studio.paper.values import SIMPLE
from tests.pictures import NAMES, pictures_of

STUDIO = "Lindqvist & Daughters"
PRINTED = datetime.fromisoformat("2026-03-03 14:05")


def listed(rows, columns=("Client", "Status"), **how):
    how = {"title": "Preproduction Orders", "studio_name": STUDIO, "printed_at": PRINTED, **how}
    return pdf.write_pdf_table(columns=columns, rows=rows, **how)


def document(*story, **how):
    how = {"title": "Work Order", "studio_name": STUDIO, "printed_at": PRINTED, **how}
    return pdf.write_document(story, **how)


def pages_of(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def text_of(content):
    return "\n".join(pages_of(content))


def squeezed(text):
    return "".join(text.split())


def test_every_page_names_the_studio_and_its_place():
    pages = pages_of(listed([[f"Client {n}", "At lab"] for n in range(200)]))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert STUDIO in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Tue 3 Mar 2026, 14:05" in page
        assert "Preproduction Orders" in page


def test_the_header_of_a_list_is_on_every_page_and_each_row_on_one():
    pages = pages_of(listed([[f"Client-{n:03}", "At lab"] for n in range(200)]))
    assert all("Client\n" in page or "Client " in page for page in pages)
    for n in range(200):
        assert sum(f"Client-{n:03}" in page for page in pages) == 1


def test_the_filters_stand_below_the_title():
    assert "Status: At lab; late only" in text_of(listed([["a", "b"]], subtitle="Status: At lab; late only"))


def test_a_list_without_rows_says_so():
    assert "Nothing to show." in text_of(listed([]))


def test_dates_and_numbers_are_written_as_the_studio_writes_them():
    columns = ["Due", "Seen", "Images", Column("Amount", "money"), "Late"]
    row = [date(2026, 3, 3), datetime.fromisoformat("2026-03-03 09:30"), 12, Decimal("1234.5"), True]
    text = text_of(listed([row], columns))
    for expected in ("Tue 3 Mar 2026", "Tue 3 Mar 2026, 09:30", "12", "1,234.50", "Yes"):
        assert expected in text


WITH_A_FONT = {script: names for script, names in NAMES.items() if script not in ("Tibetan", "Cherokee")}


@pytest.mark.parametrize("script", WITH_A_FONT)
@pytest.mark.parametrize("bold", [False, True])
def test_a_name_in_any_script_has_a_glyph_for_each_letter_and_is_found_by_searching(script, bold):
    name = NAMES[script][0]
    for piece in pieces(name, bold, False):
        face = fonts.pdfmetrics.getFont(piece.font).face
        assert all(face.charToGlyph.get(ord(letter)) for letter in piece.glyphs)  # 0 is the empty box
    content = document(pdf.heading(name)) if bold else listed([[name, "At lab"]])
    assert squeezed(name) in squeezed(text_of(content))  # pypdf sees gaps beside some accents


def picture(text, *, bold=False):
    """Return one line of text, set as it is, as a picture."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(240, 30))
    draw_line(canvas, 4, 10, Line(text), Style(14, 18, bold))
    canvas.showPage()
    canvas.save()
    (drawn,) = pictures_of(out.getvalue())
    return drawn


BOX = "\u0378"  # not yet a letter, so no font has it


@pytest.mark.parametrize("script", NAMES)
def test_two_names_of_one_length_make_unequal_pictures_and_neither_is_a_row_of_boxes(script):
    one, other = NAMES[script]
    assert len(one) == len(other)
    for bold in (False, True):
        assert picture(printable(one), bold=bold) != picture(printable(other), bold=bold)
    for letter in {*one, *other} - {" "}:
        assert picture(printable(letter)) not in (picture(BOX), picture(" "))


@pytest.fixture
def without_fonts(monkeypatch):
    """No font package is installed: there is only what comes with ReportLab, for Latin."""
    path_of = coverage.path_of
    monkeypatch.setattr(
        coverage,
        "path_of",
        lambda source, **how: path_of(source, **how) if source == coverage.SUBSTITUTE else None,
    )
    caches = (coverage.main_source, coverage._first_with, coverage._lookup, coverage.drawn_as)
    caches += (fonts._font, fonts.main_font, fonts.font_for, shaping.pieces, shaping.letter_widths)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


def test_control_rows_of_boxes_would_be_noticed(without_fonts):
    one, other = NAMES["Ethiopic"]
    assert picture(one) == picture(other) == picture(BOX * len(one))


def test_without_fonts_the_number_of_a_letter_stands_in(without_fonts):
    assert picture(printable("አበ")) == picture("[12A0][1260]")
    text = text_of(listed([[name, "Åsa"] for name, _ in NAMES.values()]))
    assert "Åsa" in text
    assert "[12A0]" in text
    assert coverage.missing_packages() == ["manimgx_fonts", "noto_cjk_sans_otc"]


def test_what_is_printed_for_a_letter_that_no_font_has():
    assert printable("བོད 1") == "[0F56][0F7C][0F51] 1"
    assert stand_ins("Anna བོད་ བོད") == {
        "བ": "[0F56]", "ོ": "[0F7C]", "ད": "[0F51]", "་": "[0F0B]"
    }  # fmt: skip
    # The same letter in plainer dress, where Unicode knows one; nothing for what nobody sees.
    assert printable("𝓐𝓷𝓷𝓪 \U0001f3f4\U000e0067\U000e007f") == "Anna 🏴"
    assert stand_ins("Åsa 王 தமிழ் 𝓐 👩🏽\u200d🚀\n") == {}


def test_letters_that_are_set_without_asking_are_all_in_the_main_font():
    plain = [chr(code) for code in range(0x3000) if SIMPLE.fullmatch(chr(code))]
    assert len(plain) > 1000
    assert [letter for letter in plain if coverage.source_of(letter) != coverage.MAIN] == []


def test_a_space_after_an_emoji_is_no_wider_than_others():
    style = Style(10, 12)
    assert width_of("🎉 Anna", style) < width_of("🎉", style) + width_of(" Anna", style) + 0.01


def test_the_fonts_are_inside_the_file():
    content = listed([[name, ""] for name, _ in NAMES.values()])
    page = PdfReader(io.BytesIO(content)).pages[0]
    for font in page["/Resources"]["/Font"].values():
        if font["/Subtype"] == "/TrueType":
            assert "/FontFile2" in font["/FontDescriptor"]
    names = {font["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    assert len([name for name in names if "+" in name]) >= 6


def test_postscript_letters_are_embedded_as_they_were_drawn():
    """ReportLab embeds no PostScript outlines, so Chinese letters are redrawn; their boxes must be the same."""

    def box(font, glyph):
        extents = font.get_glyph_extents(glyph)
        return extents.x_bearing, extents.y_bearing, extents.width, extents.height

    name = "王小明龍鬱"
    page = PdfReader(io.BytesIO(listed([[name, ""]]))).pages[0]
    (embedded,) = [
        font["/FontDescriptor"]["/FontFile2"].get_data()
        for font in page["/Resources"]["/Font"].values()
        if "NotoSansSC" in font["/BaseFont"]
    ]
    copied = uharfbuzz.Face(uharfbuzz.Blob(embedded))
    original = fonts.pdfmetrics.getFont("NotoSansSC")
    drawn = [box(uharfbuzz.Font(copied), glyph) for glyph in range(1, copied.glyph_count)]
    wanted = [box(original.shaper, original.face.charToGlyph[ord(letter)]) for letter in name]
    differences = [
        abs(a - b) for one in wanted for a, b in zip(one, min(drawn, key=lambda o: dist(o, one)), strict=True)
    ]
    assert max(differences) <= 3  # thousandths of the type size
    assert min(height for *_, height in wanted) < -500


def test_letters_that_countries_share_are_drawn_as_the_rest_of_the_name_says():
    font_of = {
        text: pieces(text, False, False)[0].font for text in ("骨", "骨さくら", "骨 김", "骨太郎 スタジオ")
    }
    assert list(font_of.values()) == ["NotoSansSC", "NotoSansJP", "NotoSansKR", "NotoSansJP"]


@pytest.mark.parametrize("source", [coverage.MAIN, coverage.CHINESE], ids=lambda source: source.package)
def test_a_font_says_that_it_may_be_embedded(source):
    package = distribution(source.package)
    licences = [file.read_text() for file in package.files if file.name == "LICENSE"]
    assert package.metadata["License-Expression"] == "OFL-1.1"
    assert licences
    assert all("SIL Open Font License, Version 1.1" in " ".join(text.split()) for text in licences)


def test_arabic_letters_are_joined():
    alone = {glyph for letter in "محمد" for glyph in pieces(letter, False, True)[0].glyphs}
    (word,) = pieces("محمد", False, True)
    assert not alone & set(word.glyphs[1:])  # the last letter, drawn first, may look as it does alone


def test_numbers_inside_arabic_run_left_to_right():
    runs = pieces("فاطمة 2026", False, True)
    assert runs[0].glyphs == "2026"


def test_all_font_packages_are_installed():
    assert coverage.missing_packages() == []


# Hostile text.


def markups(path):
    """Two hundred texts that a paragraph of ReportLab would take for orders."""
    bodies = [
        f'<img src="{path}"/>',
        f"<img src='file://{path}' width='10' height='10'/>",
        '<img src="http://evil.example/x.png"/>',
        '<a href="javascript:alert(1)">click</a>',
        f'<link href="file://{path}">x</link>',
        "<font color='[[[getattr(pow, Word(\"__globals__\"))]]]'>x</font>",
        "<para>x</para>",
        "<b>x",
        "x</b>",
        "<i><b>x</i></b>",
        "Anna <3 & Bob <b>",
        "<seq id='x'/>",
        "<onDraw name='x' label='y'/>",
        "<index item='x'/>",
        "<bullet>x</bullet>",
        "<unichar code='0'/>",
        "<br/><br/>",
        "&#0;&#xD800;&nosuch;&amp;",
        "<![CDATA[x]]>",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
    ]
    frames = ["{}", "Maya {}", "{} & Sons", "{0}{0}", "<b>{}</b>", "({})", '"{}"', "{}\n{}", "<{}>", "\\{}\\"]
    return [frame.replace("{0}", "{}").replace("{}", body) for frame in frames for body in bodies]


@pytest.fixture
def planted_image(tmp_path):
    path = tmp_path / "secret.png"
    Image.new("RGB", (7, 7), "red").save(path)
    return path


def test_no_text_is_read_as_markup(planted_image):
    corpus = markups(planted_image)
    assert len(set(corpus)) == 200
    content = document(
        pdf.facts([(text, text) for text in corpus]),
        pdf.table(["<b>Client", corpus[0]], [[text, text] for text in corpus]),
        *itertools.chain.from_iterable(
            (pdf.heading(text), pdf.paragraph(text), pdf.notes(text, text)) for text in corpus
        ),
        pdf.barcode(corpus[0]),
        pdf.signatures(corpus[:3]),
        title=corpus[0],
        studio_name="Anna <3 & Bob <b>",
        subtitle=corpus[10],
        barcode=corpus[10],
    )
    reader = PdfReader(io.BytesIO(content))
    assert not any(page.images for page in reader.pages)
    assert not any("/Annots" in page for page in reader.pages)
    text = squeezed(text_of(content))
    for body in corpus:
        assert squeezed(printable(body)) in text
    assert "Anna <3 & Bob <b>" in pages_of(content)[0]


def test_control_the_corpus_would_show_text_read_as_markup(planted_image):
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    broken = 0
    for text in markups(planted_image):
        try:
            Paragraph(text, ParagraphStyle("x"))
        except Exception:
            broken += 1
    assert broken > 50


HOSTILE = {
    "a word of 2,000 letters": "x" * 2000,
    "a wide word": "W" * 500 + "王" * 500,
    "an Arabic word": "م" * 2000,
    "controls": "a\x00b\x07\x1b[31m\x7f",
    "half a pair": "a\ud800b\udfff",
    "beyond the basic plane": "\U00020000\U0001f600\U000e0041\U0010ffff",
    "accents without end": "a" + "\u0301" * 3000,
    "joiners": "\u200d\u200c\ufeff" * 500,
    "orders to turn round": "\u202egnp.exe\u2066\u2069\u200f",
    "nothing but spaces": " " * 3000,
    "line ends": "\r\n\n\u2028\u2029\x85\x0b\x0c" * 50,
    "a text of 20,000 letters": "Client prefers warm tones. " * 740,
    "nothing": "",
    "braces": "{}%s%(a)s{0.__class__}",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_text_is_too_strange_or_too_long(kind):
    text = HOSTILE[kind]
    narrow = [Column(f"Column {n}") for n in range(12)]
    assert pages_of(listed([[text] * 12], narrow, subtitle=text, title=text, studio_name=text))
    content = document(
        pdf.heading(text),
        pdf.paragraph(text),
        pdf.notes("Studio Notes", text),
        pdf.facts([("Client", text), (text, "x")]),
        pdf.table([text], [[text]]),
        pdf.barcode(text),
        pdf.signatures([text, text]),
        barcode=text,
    )
    assert pages_of(content)


def test_a_word_of_2000_letters_is_printed_whole_and_inside_the_page():
    text = squeezed(text_of(listed([["x" * 2000, "At lab"]])))
    assert text.count("x") >= 2000
    style = Style(9, 12)
    assert all(width_of(line.text, style) <= 100 for line in wrap("W" * 2000, 100, style))


def test_a_note_longer_than_a_page_goes_on_overleaf_without_loss():
    words = [f"word{n}" for n in range(3000)]
    content = document(pdf.notes("Studio Notes", " ".join(words)), pdf.table(["Note"], [[" ".join(words)]]))
    pages = pages_of(content)
    assert len(pages) > 3
    text = " ".join(pages).split()
    assert [word for word in text if word.startswith("word")] == words * 2


def test_lines_break_at_spaces_and_keep_within_the_width():
    style = Style(9, 12)
    lines = wrap("The quick brown fox jumps over the lazy dog. " * 10, 150, style)
    assert len(lines) > 5
    assert all(width_of(line.text, style) <= 150 for line in lines)
    assert all(line.text[-1] in "abcdefghijklmnopqrstuvwxyz." for line in lines)
    assert (
        " ".join(line.text for line in lines)
        == ("The quick brown fox jumps over the lazy dog. " * 10).rstrip()
    )


@pytest.mark.parametrize(
    "phone", ["+1 (732) 555-0100 ext. 14", "+44 20 7946 0018", "0171/555-0100", "555.010.0199 x5"]
)
def test_a_phone_number_is_in_one_line(phone):
    long = "a reason that is told in many words, and then in some more of them, and more"
    text = text_of(listed([[f"Maya Lindqvist\n{phone}", *[long] * 7]], [f"Column {n}" for n in range(8)]))
    assert phone in text
    words = text_of(
        listed([["0001-0040 0041-0080 0081-0120 " * 5, *[long] * 7]], [f"Column {n}" for n in range(8)])
    )
    assert "0001-0040 0041-0080 0081-0120 0001-0040" not in words  # control: other numbers are broken here


def test_a_heading_is_never_the_last_thing_on_a_page():
    for lines in range(40, 60):
        pages = pages_of(document(*[pdf.paragraph(f"Line {n}") for n in range(lines)], pdf.heading("Images"),
                                  pdf.paragraph("After")))  # fmt: skip
        (page,) = [page for page in pages if "Images" in page]
        assert "After" in page


def test_a_heading_goes_overleaf_with_the_row_it_belongs_to():
    for lines in range(40, 60):
        story = [*[pdf.paragraph(f"Line {n}") for n in range(lines)], pdf.heading("Vendor")]
        pages = pages_of(document(*story, pdf.facts([("Address", "Street\n" * 8 + "Town")])))
        (page,) = [page for page in pages if "Vendor" in page]
        assert "Address" in page
        assert "Town" in page


def test_ten_thousand_rows_are_fine():
    content = listed([[f"Client {n}", "At lab", date(2026, 3, 3), n] for n in range(10_000)], list("ABCD"))
    reader = PdfReader(io.BytesIO(content))
    assert len(content) < 5_000_000
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in reader.pages[-1].extract_text()
    assert "Client 9999" in reader.pages[-1].extract_text()


def test_the_cost_of_a_row_does_not_grow_with_the_list(monkeypatch):
    calls = 0
    wrapped = table.wrap

    def counting(*args):
        nonlocal calls
        calls += 1
        return wrapped(*args)

    monkeypatch.setattr(table, "wrap", counting)
    costs = []
    for count in (500, 2000):
        calls = 0
        listed([["Client", "At lab"]] * count)
        costs.append(calls / count)
    assert costs[1] <= costs[0] * 1.1


def test_the_same_input_gives_the_same_bytes():
    rows = [[name, "At lab"] for name, _ in NAMES.values()]
    assert listed(rows) == listed(rows)


def test_files_made_at_the_same_time_do_not_disturb_each_other():
    corpora = [[[f"{name} {n}", "At lab"] for name, _ in NAMES.values()] * 3 for n in range(12)]
    for cached in (fonts._font, fonts.font_for, pieces):  # so that the threads load the fonts
        cached.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(listed, corpora))
    assert together == [listed(rows) for rows in corpora]


def test_a_font_is_cut_for_one_file_while_it_is_cut_for_another(monkeypatch):
    font, letters = fonts.main_font(bold=False), [ord(letter) for letter in "Zoë Müller-Ångström"]
    alone = font.face.makeSubset(letters)
    seek = TTFontFile.seek

    def seek_and_be_interrupted(face, position):
        seek(face, position)
        with monkeypatch.context() as once:
            once.setattr(TTFontFile, "seek", seek)
            font.face.makeSubset([ord("é"), ord("x")])

    monkeypatch.setattr(TTFontFile, "seek", seek_and_be_interrupted)
    assert font.face.makeSubset(letters) == alone


def test_a_wide_list_lies_and_a_narrow_one_stands():
    def size(content):
        return PdfReader(io.BytesIO(content)).pages[0].mediabox[2:]

    narrow = size(listed([["Maya", "At lab"]]))
    wide = size(listed([["Maya Lindqvist-Andersson"] * 8], [f"Column {n}" for n in range(8)]))
    assert narrow[0] < narrow[1]
    assert wide[0] > wide[1]


def test_letter_paper_can_be_chosen():
    content = listed([["Maya", "At lab"]], paper="letter")
    assert [float(n) for n in PdfReader(io.BytesIO(content)).pages[0].mediabox[2:]] == [612, 792]


def test_the_logo_stands_beside_the_name_on_the_first_page():
    out = io.BytesIO()
    Image.new("RGBA", (300, 100), (200, 0, 0, 128)).save(out, "PNG")
    content = listed([[f"Client {n}", "At lab"] for n in range(100)], logo=out.getvalue())
    pages = PdfReader(io.BytesIO(content)).pages
    assert [len(page.images) for page in pages][:2] == [1, 0]
    assert STUDIO in pages[0].extract_text()


def test_a_logo_that_cannot_be_read_is_left_out():
    out = io.BytesIO()
    Image.effect_noise((300, 100), 50).save(out, "PNG")
    for logo in (b"", b"no picture", out.getvalue()[:1000]):
        (page,) = PdfReader(io.BytesIO(listed([["Maya", "At lab"]], logo=logo))).pages
        assert not page.images
        assert "Maya" in page.extract_text()


def test_a_large_logo_is_stored_no_finer_than_printers_print():
    out = io.BytesIO()
    Image.effect_noise((1200, 600), 50).save(out, "PNG")
    (page,) = PdfReader(io.BytesIO(listed([["Maya", "At lab"]], logo=out.getvalue()))).pages
    assert page.images[0].image.size == (250, 125)


# Documents.


def test_a_work_order_holds_what_it_was_given():
    content = document(
        pdf.facts([("Client", "Ελένη"), ("Order Date", date(2026, 3, 3)), ("Vendor Order No.", None)]),
        pdf.heading("Images"),
        pdf.table(["File or frame range", Column("Sent", "int")], [["IMG_1-IMG_37", 37]]),
        pdf.notes("Studio Notes", "Warm tones\nNo glossy"),
        pdf.notes("Vendor Notes", ""),
        pdf.signatures(["Checked by", "Date"]),
        subtitle="Preproduction order 1001",
        barcode="1001",
    )
    text = text_of(content)
    for expected in (
        "Work Order",
        "Ελένη",
        "Tue 3 Mar 2026",
        "IMG_1-IMG_37",
        "37",
        "No glossy",
        "Checked by",
        "1001",
    ):
        assert expected in text
    assert "Vendor Notes" not in text


@pytest.mark.parametrize(
    ("value", "bars"), [("1001", True), ("PRE-2026/0412", True), ("Ελένη", False), ("", False)]
)
def test_a_barcode_is_drawn_where_it_would_scan(value, bars):
    def rectangles(content):
        return PdfReader(io.BytesIO(content)).pages[0].get_contents().get_data().count(b" re")

    drawn = rectangles(document(pdf.paragraph("x"), barcode=value)) - rectangles(document(pdf.paragraph("x")))
    assert (drawn > 10) is bars


class ClientTable(tables.Table):
    name = tables.Column()
    due = tables.DateColumn(verbose_name="Status Due Date")
    secret = tables.Column(visible=False)


def test_a_table_is_exported_as_shown_with_all_its_rows():
    table = ClientTable(
        [{"name": f"Client {n}", "due": date(2026, 3, 3), "secret": "hidden"} for n in range(60)]
    )
    table.paginate(per_page=5)
    text = text_of(table_to_pdf(table, title="Clients", studio_name=STUDIO, subtitle="All"))
    assert "Client 59" in text
    assert "Status Due Date" in text
    assert "Tue 3 Mar 2026" in text
    assert "hidden" not in text


def test_a_paper_without_its_barcode_says_so():
    assert "ÄÖ-7 (no barcode can hold it)" in text_of(document(pdf.paragraph("x"), barcode="ÄÖ-7"))
    assert "no barcode" not in text_of(document(pdf.paragraph("x"), barcode="AO-7"))
