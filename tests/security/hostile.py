"""Hostile input, made from a seed: values for fields, whole bodies, and queries.

Values are bytes or text.  Text is sent as UTF-8; bytes are sent as they are, so that they need not be UTF-8.
"""

import random
from functools import lru_cache
from urllib.parse import quote_from_bytes

LINES = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\r\nX-Injected: yes",
    "a\r\nb\nc\rd",
    "\u2028\u2029",
    "\u202egnp.exe",
    "\u2066\u2069",
    "\ufeff",
    "\u200b\u200d",
    "\x1b[31mred\x07",
    "\x85\x9f",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "Z̸̢̛̺a̷͓͐l̶͉̽g̸͕̈́o̴͙͑",
    "ﷺ" * 40,
    "𝒜𝓃𝓃𝒶 𠜎𠜱",
    "العربية עברית ไทย 漢字 Ελληνικά",
    "İıſẞ",
    "x" * 61,
    "x" * 256,
    "x" * 10_001,
    "é" * 70_000,
    "<xss-probe onxss=1>",
    "\"'><xss-probe onxss=1>",
    "</textarea></select></title><xss-probe>",
    "<script>xss-probe</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% debug %}${7*7}",
    '=HYPERLINK("http://evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'; DROP TABLE preproduction_order; --",
    "%00%0d%0a%s%n%x",
    "../../../../etc/passwd",
    "\\\\host\\share",
    "None",
    "null",
    "undefined",
    "[]",
    "{}",
    "on",
    "true",
    "-",
    "\\",
    "\ud7ff\ue000\uffff",
]
NUMBERS = [
    "-1",
    "0",
    "00",
    "1e3",
    "1e400",
    "-0",
    "0.5",
    "1,5",
    "1_000",
    "NaN",
    "-NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    "٣",
    "²",
    "0x10",
    "32768",
    "65536",
    "2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
    "9" * 5000,
    "1." + "0" * 300 + "1",
    "99999999.999",
]
DATES = [
    "0001-01-01",
    "0000-00-00",
    "1582-10-10",
    "1900-01-01",
    "2026-02-30",
    "2026-13-01",
    "2026-2-3",
    "02/03/2026",
    "9999-12-31",
    "9999-12-30",
    "10000-01-01",
    "-2026-01-01",
    "2026-01-01T00:00",
    "２０２６-０１-０１",
    "today",
    "2100-01-01",
    "2026-01-01\x00",
]
BYTES = [b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"caf\xe9", b"\xe2\x82", b"\x80"]
VALUES = [*LINES, *NUMBERS, *DATES, *BYTES]
NAMES = [
    "__proto__",
    "csrfmiddlewaretoken",
    "pk",
    "id",
    "status",
    "is_superuser",
    "role",
    "x" * 300,
    "",
    "\x00",
    "a[]",
]
CHARSETS = [
    "unicode_escape",
    "utf-16",
    "utf-7",
    "zip",
    "base64",
    "rot13",
    "idna",
    "latin-1",
    "nonsense",
]


def value_for(kind: str, options, chance: random.Random):
    """Return something hostile for a control of `kind`; half the time of the kind it expects."""
    if chance.random() < 0.5:
        if kind in {"number", "select", "radio", "hidden", "checkbox"}:
            return chance.choice([*NUMBERS, *options[:5]])
        if kind in {"date", "month", "time"}:
            return chance.choice(DATES)
    return chance.choice(VALUES)


def encoded(pairs) -> bytes:
    """Return pairs of (name, text or bytes) as a browser would send them."""
    return b"&".join(_part(name) + b"=" + _part(value) for name, value in pairs)


@lru_cache(maxsize=1000)  # the long ones take milliseconds
def _part(value) -> bytes:
    value = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return quote_from_bytes(value, safe="").encode()


def mutate(pairs, controls, chance: random.Random):
    """Return the pairs of a form with hostile values in some, and what was put in, as {name: value}.

    A third of the time only one field is touched, so that what lies behind the first refusal is reached, too; a third
    of the time all are.
    """
    kinds = {control.name: control for control in controls}
    names = [name for name in kinds if name != "csrfmiddlewaretoken"]
    touched = {}
    if names:
        count = chance.choice([1, chance.randint(1, len(names)), len(names)])
        for name in chance.sample(names, count):
            touched[name] = value_for(kinds[name].kind, kinds[name].options, chance)
    result = [(name, value) for name, value in pairs if name not in touched] + list(touched.items())
    for twist in chance.choices(["none", "missing", "twice", "unknown", "shuffle"], [12, 2, 2, 2, 1], k=1):
        if twist == "missing" and result:
            gone = chance.choice(result)[0]
            result = [pair for pair in result if pair[0] != gone]
            touched.pop(gone, None)
        elif twist == "twice" and result:
            name = chance.choice(result)[0]
            result.append((name, chance.choice(VALUES)))
            touched.pop(name, None)
        elif twist == "unknown":
            result.append((chance.choice(NAMES), chance.choice(VALUES)))
        elif twist == "shuffle":
            chance.shuffle(result)
    return result, touched


def multipart(pairs, boundary="frontier", filename=None) -> bytes:
    lines = b""
    for name, value in pairs:
        name = name.replace('"', "%22").replace("\r", "").replace("\n", "")
        value = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        file = f'; filename="{filename}"\r\nContent-Type: image/png' if filename is not None else ""
        head = f'Content-Disposition: form-data; name="{name}"{file}'.encode("utf-8", "surrogatepass")
        lines += b"--" + boundary.encode() + b"\r\n" + head + b"\r\n\r\n" + value + b"\r\n"
    return lines + b"--" + boundary.encode() + b"--\r\n"


def broken_body(pairs, chance: random.Random) -> tuple[bytes, str]:
    """Return (body, content type) of a request that no browser makes."""
    plain = "application/x-www-form-urlencoded"
    good = multipart(pairs)
    text = encoded(pairs)
    return chance.choice(
        [
            (b'{"status": [1, {"a": null}]}', "application/json"),
            (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "text/xml"),
            (text, "text/plain"),
            (text, ""),
            (text, "nonsense"),
            (text + b"&%zz=%&=&&;", plain),
            (b"&" * 6000, plain),
            (b"a=1&" * 6000, plain),
            (b"\xff\xfe\x00" * 50, plain),
            (text, f"{plain}; charset={chance.choice(CHARSETS)}"),
            (good, f"multipart/form-data; boundary=frontier; charset={chance.choice(CHARSETS)}"),
            (
                multipart([*pairs, ("name", "\\ud800\\x00")]),
                "multipart/form-data; boundary=frontier; charset=unicode_escape",
            ),
            (good, "multipart/form-data"),
            (good, "multipart/form-data; boundary="),
            (good, "multipart/form-data; boundary=" + "x" * 300),
            (good, "multipart/form-data; boundary=other"),
            (good[: len(good) // 2], "multipart/form-data; boundary=frontier"),
            (
                good.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
                "multipart/form-data; boundary=frontier",
            ),
            (good.replace(b'name="', b'name="\x00'), "multipart/form-data; boundary=frontier"),
            (multipart(pairs, filename="../../x.png"), "multipart/form-data; boundary=frontier"),
            (
                multipart([(name, b"GIF89a" + b"\x00" * 40) for name, _ in pairs], filename="a.svg"),
                "multipart/form-data; boundary=frontier",
            ),
            (b"", plain),
            (b"", "multipart/form-data; boundary=frontier"),
        ]
    )
