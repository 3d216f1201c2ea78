"""URLs and DNS answers that try to make the studio's server talk to its own network; made by code, not by hand."""

import ipaddress
from itertools import product
from typing import NamedTuple
from urllib.parse import quote


def _listed(text):
    return text.split()


INSIDE_4 = _listed("""
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.254 192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.1 192.168.255.254 192.175.48.1 198.18.0.1 198.19.255.254 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255
""")

INSIDE_6 = _listed("""
:: ::1 ::2 ::ffff:0:7f00:1 64:ff9b:1::1 100::1 100:0:0:1::1 1fff:ffff::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff::1
2001:db8::1 2620:4f:8000::1 3ffe::1 3fff::1 4000::1 5f00::1 8000::1 e000::1 fc00::1 fd00:ec2::254 fd20:ce::254 fe80::1
febf::1 fec0::1 ff02::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
""")

# Neighbours of what is inside among them: a range one address too wide shows here.
PUBLIC = _listed("""
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 168.63.129.15 168.63.129.17
169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 191.255.255.255 192.0.1.1 192.0.3.1 192.167.255.255 192.169.0.1
198.17.255.255 198.20.0.1 198.51.99.255 198.51.101.1 203.0.112.255 203.0.114.1 223.255.255.254
2001:200::1 2001:db7::1 2001:db9::1 2001:4860:4860::8888 2003::1 2606:4700:4700::1111 2620:4f:8001::1 2a00:1450::1
3ffd::1 3fff:1000::1
""")


class Case(NamedTuple):
    """answers: what the name resolves to at the first look-up, at the second, ...; None where the host is no name."""

    kind: str
    url: str
    answers: tuple | None = None


def inside_an_ipv6_address(v4):
    """Yield (kind, address) of the ways to put an IPv4 address into an IPv6 one."""
    number = int(ipaddress.IPv4Address(v4))
    high, low = number >> 16, number & 0xFFFF
    yield "mapped", f"::ffff:{high:x}:{low:x}"
    yield "compatible", f"::{high:x}:{low:x}"
    yield "NAT64", f"64:ff9b::{high:x}:{low:x}"
    yield "NAT64 of the site", f"64:ff9b:1::{high:x}:{low:x}"
    yield "6to4", f"2002:{high:x}:{low:x}::1"
    yield "Teredo", f"2001:0:4136:e378:8000:63bf:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}"
    yield "ISATAP", f"2606:4700::200:5efe:{high:x}:{low:x}"


def spellings(v4):
    """Yield (kind, host) of the ways to write an IPv4 address in a URL."""
    a, b, c, d = map(int, v4.split("."))
    number = int(ipaddress.IPv4Address(v4))
    yield "plain", v4
    yield "trailing dot", f"{v4}."
    yield "decimal", str(number)
    yield "hexadecimal", hex(number)
    yield "octal", f"0{number:o}"
    yield "octal parts", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}"
    yield "hexadecimal parts", f"{a:#x}.{b:#x}.{c:#x}.{d:#x}"
    yield "three parts", f"{a}.{b}.{c << 8 | d}"
    yield "two parts", f"{a}.{number & 0xFFFFFF}"
    yield "mixed parts", f"{a:#x}.{b}.0{c << 8 | d:o}"
    yield "padded", f"{a:03}.{b:03}.{c:03}.{d:03}"
    yield "wide digits", v4.translate(str.maketrans("0123456789.", "０１２３４５６７８９。"))
    yield "circled digits", v4.translate(str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨"))
    yield "percent-encoded", "".join(f"%{ord(letter):02x}" for letter in v4)
    yield "with a NUL", f"{v4}%00.example.com"
    for kind, v6 in inside_an_ipv6_address(v4):
        yield kind, f"[{v6}]"
    yield "mapped, dotted", f"[::ffff:{v4}]"
    yield "compatible, dotted", f"[::{v4}]"


def tricks(host):
    """Yield URLs that different readers split differently, all of which can end at `host`."""
    yield from (
        f"{scheme}://{host}/" for scheme in ("http", "ftp", "file", "gopher", "dict", "ws", "ldap", "")
    )
    yield from (
        f"https://hooks.example@{host}/",
        f"https://user:password@{host}/",
        f"https://hooks.example:443@{host}/",
        f"https://hooks.example\\@{host}/",
        f"https://{host}\\.hooks.example/",
        f"https://{host}#@hooks.example/",
        f"https://{host}?@hooks.example/",
        f"https://{host};hooks.example/",
        f"https://{host}%2f@hooks.example/",
        f"https:\\\\{host}/",
        f"https:/{host}/",
        f"https:{host}",
        f"https:///{host}/",
        f" https://{host}/",
        f"https://{host}/ ",
        f"https:// {host}/",
        f"https://{host} .hooks.example/",
        f"https://{host}\t/",
        f"https://{host}\r\nHost: hooks.example/",
        f"ht\ntps://{host}/",
        f"https://{host}:/",
        f"https://{host}:0/",
        f"https://{host}:65536/",
        f"https://{host}:٤٤٣/",
        f"https://{host}/\r\nX-Evil: yes",
        f"https://[{host}]/",
        f"https://[{host}/",
        f"HTTPS://{host}/",
        f"//{host}/",
        host,
    )


def corpus():
    """Yield the cases, each with a name of its own where the resolver is to answer."""
    for v4 in INSIDE_4:
        yield from (Case(kind, f"https://{host}/hook") for kind, host in spellings(v4))
    for v6 in INSIDE_6:
        yield Case("IPv6", f"https://[{v6}]/hook")
        yield Case("IPv6 in full", f"https://[{ipaddress.IPv6Address(v6).exploded.upper()}]:8443/hook")
    for v6, zone in product(("fe80::1", "ff02::1", "::1", "2606:4700::1"), ("%eth0", "%25eth0", "%1", "%00")):
        yield Case("zone", f"https://[{v6}{zone}]/")
    for host in ("127.0.0.1", "169.254.169.254", "localhost"):
        yield from (Case("trick", url) for url in tricks(host))
    for name in ("localhost", "LOCALHOST", "intranet", "ip6-localhost", "ｌｏｃａｌｈｏｓｔ", "localhost."):
        yield Case("local name", f"https://{quote(name) if '%' in name else name}/")
    inside = [*INSIDE_4, *INSIDE_6, "fe80::1%eth0"]
    inside += [
        v6 for v4 in ("127.0.0.1", "10.0.0.1", "169.254.169.254") for _, v6 in inside_an_ipv6_address(v4)
    ]
    for place, address in enumerate(inside):
        for kind, answers in (
            ("answer", (address,)),
            ("first of two answers", (address, "8.8.8.8")),
            ("second of two answers", ("8.8.8.8", address)),
            (
                "last of many answers",
                ("1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "9.9.9.9", "1.0.0.1", address),
            ),
        ):
            yield Case(kind, f"https://{kind.replace(' ', '-')}-{place}.example/", (answers,))


def rebinding():
    """Yield cases whose name answers with a public address first, and with one inside when asked again."""
    for place, address in enumerate([*INSIDE_4, *INSIDE_6]):
        yield Case("rebinding", f"https://rebinding-{place}.example/", (("8.8.8.8",), (address,)))


def public():
    """Yield cases that must be let through, with the one address that each leads to."""
    for place, address in enumerate(PUBLIC):
        host = f"[{address}]" if ":" in address else address
        yield Case("public", f"https://{host}/hook"), address
        yield Case("public name", f"https://public-{place}.example:8443/hook", ((address,),)), address
