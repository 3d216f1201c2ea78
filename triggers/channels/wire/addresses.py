"""Which addresses are plainly public.

Python's `is_global` answers another question: it is true of NAT64, 6to4, multicast, the 6to4 relays and addresses with
an IPv4 one inside, all of which can lead back into the studio's own network.

Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890); what else is here says why.
"""

import ipaddress

NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # between a provider and its customers; cloud metadata, too
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # registered as public, and inside Azure the platform's own
        "169.254.0.0/16",  # link-local; cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# All that is public in IPv6 is in here: loopback, mapped and compatible IPv4, NAT64, site- and link-local, unique
# local, multicast and segment routing lie outside.
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the old test network
        "3fff::/20",  # documentation
    )
)
# ISATAP: the lower half is this and an IPv4 address, under any prefix.
ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(address: str) -> bool:
    """Say whether `address`, as the system wrote it, is plainly public.  What cannot be read is not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 4:
        return not any(ip in network for network in NOT_PUBLIC_4)
    if ip.scope_id is not None or ip not in GLOBAL_UNICAST:
        return False
    return not any(ip in network for network in NOT_PUBLIC_6) and int(ip) >> 32 & 0xFFFFFFFF not in ISATAP
