"""Prints as pictures: what a person sees, which the text inside a file need not be.

Extracting text finds a name in a print that shows a row of boxes.  pypdfium2 draws the page, as Chromium would.
"""

import pypdfium2

# Two names of one length in each script that people of a studio may have.  Typed in logical order.
NAMES = {
    "Latin": ("Łukasz Żółć", "Łukasz Żółw"),
    "Vietnamese": ("Nguyễn Hồng", "Nguyễn Hằng"),
    "Greek": ("Ελένη Παππά", "Μαρία Παππά"),
    "Cyrillic": ("Алексей", "Дмитрий"),
    "Armenian": ("Արամ", "Աննա"),
    "Georgian": ("გიორგი", "ნათელა"),
    "Hebrew": ("דבורה", "אברהם"),
    "Arabic": ("محمد", "أحمد"),
    "Thai": ("สุดา", "มานี"),
    "Lao": ("ສົມສັກ", "ສົມພອນ"),
    "Devanagari": ("अमित", "नीता"),
    "Bengali": ("রহিম", "নীলা"),
    "Gurmukhi": ("ਅਮਰ", "ਕਮਲ"),
    "Gujarati": ("રમેશ", "ગીતા"),
    "Oriya": ("ରମେଶ", "ଗୀତା"),
    "Tamil": ("முருகன்", "லட்சுமி"),
    "Telugu": ("గీతా", "రాధా"),
    "Kannada": ("ಗೀತಾ", "ರಾಧಾ"),
    "Malayalam": ("ഗീത", "രാധ"),
    "Sinhala": ("නිමල්", "කුමාර"),
    "Myanmar": ("အောင်", "မြင့်"),
    "Khmer": ("សុខា", "ធារី"),
    "Ethiopic": ("አበበ", "ከበደ"),
    "Chinese": ("王小明", "李大文"),
    "Traditional Chinese": ("陳大龍", "陳大鳳"),
    "Japanese": ("田中さくら", "田中ひかる"),
    "Korean": ("김민수", "이서연"),
    "Emoji": ("📷🎉", "🎂💍"),
    # No font has these two: their letters' numbers stand in.
    "Tibetan": ("བོད", "དོན"),
    "Cherokee": ("ᏣᎳᎩ", "ᎠᏂᎩ"),
}


def pictures_of(content: bytes, *, scale: float = 1.5) -> list[bytes]:
    """Return each page of a PDF as a picture: its size and its gray pixels.  scale: pixels to a point."""
    with pypdfium2.PdfDocument(content) as pages:
        drawn = [page.render(scale=scale, grayscale=True) for page in pages]
        return [f"{bitmap.width} ".encode() + bytes(bitmap.buffer) for bitmap in drawn]
