"""Three hundred attacks on message templates, listed and generated.

REFUSED must not be accepted at all.  LITERAL means nothing in our language and comes out as it is written.
HARMLESS is accepted, with what comes out written beside it: the fields are those of `FIELDS`.
"""

from itertools import product

# A value that says which field it is, and one that is an attack itself: what a client may be called.
FIELDS = {
    "client.name": "Ana",
    "client.contact": "{{ client.email }}{% include 'x' %}{{ ''.__class__ }}<script>alert(1)</script>",
    "client.email": "ana@example.com",
    "client.phone": "",
    "status.name": "At lab",
}

# 1. Walking from a text to its class and on to everything.
ROOTS = (
    "client",
    "client.name",
    "client['name']",
    "status.name",
    "studio",
    "''",
    "'x'",
    "1",
    "nil",
    "forloop",
)
WALKS = (
    ".__class__",
    ".__class__.__mro__[1].__subclasses__",
    "['__class__']",
    ".__init__.__globals__",
    "['__init__']['__globals__']['os']",
    ".__dict__",
    ".items",
    ".keys",
    ".format",
    ".size",
    ".first",
    "[0]",
    "[-1]",
    "[client.name]",
)
WALKING = [f"{{{{ {root}{walk} }}}}" for root, walk in product(ROOTS, WALKS)]

# 2. Names that were never listed.
NAMES = """
    request settings self config _ env environ os sys open user order.client order.session.client.password
    client client.pk client.id client.notes client.do_not_contact client.user.password client.sessions.all
    session.photographer.password order.studio_notes vendor.notes status.user.password studio.secret_key
    now today forloop tablerowloop template loop cycler csrf_token perms messages block super joiner namespace lipsum
    get_flashed_messages url_for g session.cookies request.META.HTTP_COOKIE settings.SECRET_KEY CLIENT.NAME Client.name
    client.Name clіent.name client.nаme ｃlient.name client.name.x client..name client.
"""
UNLISTED = [f"{{{{ {name} }}}}" for name in NAMES.split()]
UNLISTED += [f"{{% if {name} %}}x{{% endif %}}" for name in ("request", "settings.DEBUG", "client", "now")]
UNLISTED += [f"{{{{ client.name | default: {name} }}}}" for name in ("request", "client", "now", "client.pk")]

# 3. Filters that are not ours, or are given what they cannot take.
FILTERS = """
    append prepend replace replace_first remove split join map where sort reverse uniq sum times plus minus divided_by
    modulo date json escape escape_once strip_html base64_decode base64_encode url_decode safe escapejs slice size first
    last concat round attr format pprint add linebreaks tojson xmlattr
"""
FILTERING = [f"{{{{ client.name | {name} }}}}" for name in FILTERS.split()]
FILTERING += [
    "{{ 'now' | date: '%Y-%m-%d' }}",
    "{{ client.name | append: client.name | append: client.name }}",
    "{{ client.name | times: 1000000000 }}",
    "{{ client.name | truncate: client.name }}",
    "{{ client.name | truncate: -1.5 }}",
    "{{ client.name | truncate: (1..9) }}",
    "{{ client.name | truncate: 5, 'x', 'y' }}",
    "{{ client.name | upcase: 1 }}",
    "{{ client.name | default }}",
    "{{ client.name | default: 'x', allow_false: true }}",
    "{{ client.name | default: 1 }}",
    "{{ client.name | attr('__class__') }}",
    "{{ client.name | map: '__class__' }}",
    "{{ client.name | upcase }} | lower }}",
]

# 4. Tags: files, other templates, state, loops.
BLOCKS = (
    "for x in (1..3)",
    "tablerow x in (1..3)",
    "capture x",
    "case client.name",
    "comment",
    "raw",
    "doc",
    "macro x",
)
TAGS = [f"{{% {block} %}}x{{% end{block.split()[0]} %}}" for block in BLOCKS]
TAGS += [
    f"{{% {tag} %}}"
    for tag in (
        "include 'secret'",
        "include '/etc/passwd'",
        "include client.name",
        "render 'secret'",
        "render '../../etc/passwd'",
        "extends 'secret'",
        "layout 'x'",
        "section 'x'",
        "assign x = client",
        "assign x = client.name | split: ''",
        "increment x",
        "decrement x",
        "cycle 'a', 'b'",
        "echo settings.SECRET_KEY",
        "liquid echo client.pk",
        "ifchanged",
        "break",
        "continue",
        "# if",
        "load os",
        "debug",
        "ssi /etc/passwd",
        "csrf_token",
        "now 'Y'",
        "import os",
        "from 'x' import y",
        "set x = 1",
        "do x",
        "call x",
        "trans 'x'",
        "with client as x",
        "autoescape false",
        "url 'admin:index'",
        "IF client.name",
        "if_ client.name",
        "",
    )
]
# 5. What would take a long time, or much room.
BOMBS = [
    "{% for i in (1..1000000000) %}x{% endfor %}",
    "{{ (1..1000000000) }}",
    "{% for i in (1..99999) %}{% for j in (1..99999) %}{{ i }}{% endfor %}{% endfor %}",
    "{% tablerow i in (1..1000000000) %}x{% endtablerow %}",
    "{% capture a %}"
    + "x" * 1000
    + "{% endcapture %}"
    + "{% capture a %}{{ a }}{{ a }}{% endcapture %}" * 40,
    "{% assign a = 'xxxxxxxx' %}" + "{% assign a = a | append: a %}" * 60 + "{{ a }}",
    "{% include self %}",
    "{% render template %}",
    "{{ client.name }}" * 201,
    "{% if client.name %}" * 11 + "x" + "{% endif %}" * 11,
    "{% if client.name %}" * 2000,
    "{% raw %}" * 2000,
    "{% comment %}" * 2000,
    "{% comment %}{% raw %}" * 900 + "{% endraw %}{% endcomment %}" * 100,
    "{{" * 9000,
    "{%" * 9000,
    "{{ " + " " * 19_000,
    "{{ " + " " * 19_000 + "}}",
    "{% if " + " " * 19_000 + "%}",
    "{{ '" + "x" * 19_000 + "' }}",
    "{{ " + "(" * 280 + " }}",
    "{{ " + "[" * 280 + " }}",
    "{{ client" + "[client" * 30 + "]" * 30 + " }}",
    "{{ client.name " + "| upcase" * 40 + " }}",
    "{% if " + "client.name and " * 30 + "client.name %}x{% endif %}",
    "{% if " + "not " * 60 + "client.name %}x{% endif %}",
    "{{ 1e" + "9" * 200 + " }}",
    "x" * 20_001,
]
# 6. Broken, so that a lenient reader would guess.
BROKEN = [
    "{{ client.name",
    "{{ client.name }",
    "{ client.name }}",
    "{% if client.name }}x{% endif %}",
    "{% if client.name %}x",
    "{% endif %}",
    "{% else %}",
    "{% if client.name %}a{% else %}b{% else %}{{ settings }}{% endif %}",
    "{% if client.name %}a{% else %}b{% elsif settings %}c{% endif %}",
    "{% unless client.name %}a{% endif %}",
    "{% if %}x{% endif %}",
    "{% if client.name = 'Ana' %}x{% endif %}",
    "{% if client.name == %}x{% endif %}",
    "{% if client.name < 5 %}x{% endif %}",
    "{% if 5 contains client %}x{% endif %}",
    "{% if (client.name) %}x{% endif %}",
    "{% if client.name in client.email %}x{% endif %}",
    "{{ client.name client.email }}",
    "{{ client.name if settings else client.email }}",
    "{{ client.name; settings }}",
    "{{ `id` }}",
    "{{ $x }}",
    "{{ @x }}",
    "{{ {{ client.name }} }}",
    "{{ '{{ client.name }}' }}",
    "{{ client.name }}}}",
    "{{}}",
    "{%%}",
    "{{-}}",
    "{{ | upcase }}",
    "{{ client.name | }}",
    "{{ ",
    "%}",
]
# 7. Other engines' and languages' own.
FOREIGN = [
    "{{ 7*7 }}",
    "{{7*'7'}}",
    "{{ config.items() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ client.delete }}",
    "{{ client.name() }}",
    "{{ open('/etc/passwd').read() }}",
    "{% import os %}{{ os.popen('id').read() }}",
    "{{ self._TemplateReference__context }}",
    "{{ request|attr('application') }}",
    "{{ messages.storages.0.signer.key }}",
    "{{ dump(app) }}",
    "{{ constant('X') }}",
    "{{ range(1, 10**9) }}",
    "{{ range.constructor('return 1')() }}",
    "{{ constructor.constructor('alert(1)')() }}",
    "{{ [].pop.constructor('alert(1)')() }}",
    "{{= 7*7 }}",
    "{{# each }}",
    "{{> partial }}",
    "{{{ client.name }}}",
    "{{& client.name }}",
    "{{!-- x --}}",
]
REFUSED = list(dict.fromkeys([*WALKING, *UNLISTED, *FILTERING, *TAGS, *BOMBS, *BROKEN, *FOREIGN]))

LITERAL = [
    "%(client)s",
    "%s%s%s%n",
    "%x" * 50,
    "{0}",
    "{0.__class__.__mro__}",
    "{client.__init__.__globals__}",
    "{!r:>1000000000}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %",
    "<?php echo 1 ?>",
    "$client.name $!{client}",
    "@(1+1)",
    "[[${7*7}]]",
    "*{7*7}",
    "~{x}",
    "{= 7*7 =}",
    "{# comment #}",
    "{ {client.name} }",
    "{ % if client % }",
    "`id` $(id)",
    "<script>alert(1)</script>",
    "&lt;b&gt; & <b>",
    "\\x7b\\x7b client.name",
    "&#123;&#123; client.name",
    "｛｛ client.name ｝｝",
    "❴❴client.name❵❵",
    "__import__('os').system('id')",
    "=HYPERLINK(1)",
]

HARMLESS = {
    "{{ client.name }}": "Ana",
    "{{client.name}}": "Ana",
    "{{- client.name -}}": "Ana",
    "{{ client['name'] }}": "Ana",
    "{{ client.contact }}": FIELDS["client.contact"],
    "{{ client.phone }}": "",
    "{{ 'x' }}": "x",
    "{{ 1" + "0" * 290 + " }}": "1" + "0" * 290,
    "{{ '<%= 7*7 %>' }}": "<%= 7*7 %>",
    "{{ client.name | upcase | downcase | capitalize | upcase }}": "ANA",
    "{{ client.phone | default: client.name }}": "Ana",
    "{{ client.email | truncate: 5, '' }}": "ana@e",
    "{{ client.name | truncate: 999999999999 }}": "Ana",
    "{% if client.phone %}x{% else %}none{% endif %}": "none",
    "{% unless client.phone %}none{% endunless %}": "none",
    "{% if client.name == 'Ana' and status.name contains 'lab' %}yes{% endif %}": "yes",
    "{% if client.phone or client.name %}yes{% endif %}": "yes",
    "{% if client.name == client.email %}x{% elsif client.phone == '' %}y{% endif %}": "y",
    "{% if client.name %}" * 10 + "x" + "{% endif %}" * 10: "x",
    "{{ client.name | upcase" + " | upcase" * 25 + " }}": "ANA",
    "{{ client.name }}" * 200: "Ana" * 200,
}
