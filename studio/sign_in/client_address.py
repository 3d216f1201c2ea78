import ipaddress

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

IPV6_OF_ONE_LINE = 64  # bits: each customer has at least so many addresses for free


def client_address(request: HttpRequest) -> str:
    """Return where a request comes from: an IPv4 address, or the network of an IPv6 address; "" if unknown.

    With BEHIND_PROXY it is what the proxy says; without, a header that says so is a stranger's.
    """
    try:
        address = ipaddress.ip_address(get_client_ip(request) or "")
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_OF_ONE_LINE), strict=False))
