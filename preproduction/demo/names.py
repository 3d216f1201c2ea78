"""The words the demo studio is made of.  Names of several scripts and long ones are there on purpose."""

FIRST_NAMES = [
    "Amelia",
    "Oliver",
    "Sofia",
    "Noah",
    "Isla",
    "Mateo",
    "Freya",
    "Lucas",
    "Ingrid",
    "Theo",
    "Marisol",
    "Hugo",
    "Priya",
    "Callum",
    "Yasmin",
    "Felix",
    "Nora",
    "Dmitri",
    "Leila",
    "Oscar",
    "Beatriz",
    "Jonas",
    "Aoife",
    "Ravi",
    "Camille",
    "Søren",
    "Zoë",
    "Tomasz",
    "Renée",
    "Håkon",
    "Chiara",
    "Emeka",
    "Saoirse",
    "Viktor",
    "Annelise",
    "Kofi",
    "Marta",
]

LAST_NAMES = [
    "Hartley",
    "O'Brien",
    "Nakamura",
    "García-Márquez",
    "Lindqvist",
    "Okonkwo",
    "Whitfield",
    "Müller",
    "D'Angelo",
    "Petrov",
    "Kaur",
    "MacAllister",
    "Nguyen",
    "Fitzgerald",
    "Sørensen",
    "Delacroix",
    "Abernathy",
    "Rossi",
    "Kowalczyk",
    "Haddad",
    "Castellanos",
    "Brennan",
    "Ivarsson",
    "Thorne",
    "Vandermeer",
    "Quigley",
]

# (name, contact): the rest of the world, families, companies, and names that break careless layouts.
SPECIAL_CLIENTS = [
    ("Ελένη Παπαδοπούλου", ""),
    ("Анна Соколова", ""),
    ("Дмитро Шевченко", ""),
    ("محمد عبد الرحمن", ""),
    ("שירה לוי", ""),
    ("ليلى حداد", ""),
    ("王小明", ""),
    ("佐藤 花子", ""),
    ("김민준", ""),
    ("Mary-Jane O'Neill & Søren Åkerblom", ""),
    ("Anna & Bob Thorne", ""),
    (
        'The "Golden Hour" Dance Academy & Performing Arts Conservatory of Upper Saddle River',
        "Ms. Delphine Archambault",
    ),
    ("Smith, Smith & Daughters", "Hannah Smith"),
    ("St. Brigid's Primary School", "Sister Áine Ní Dhomhnaill"),
    ("Wolfeschlegelsteinhausenbergerdorff Family Reunion", "Hubert"),
    ("Łukasz Żółć", ""),
    ("José Ñandú", ""),
]

CITIES = ["Maplewood", "Riverton", "Ashbury", "Kingsport", "Fairhaven", "Oak Hollow", "Port Elgin"]
STREETS = ["Orchard Lane", "Station Road", "Harbor Street", "Linden Avenue", "Mill Court", "Chapel Hill"]

DEPARTMENTS = ["Front Desk", "Production", "Retouching", "Quality Control", "Sales"]

# (user name, first, last, role, departments)
PEOPLE = [
    ("admin", "Ada", "Moreau", "administrator", ["Production", "Sales"]),
    ("manager", "Mia", "Lindqvist", "manager", ["Production", "Quality Control"]),
    ("staff", "Sam", "Okafor", "staff", ["Retouching", "Production"]),
    ("nina", "Nina", "Castellanos", "staff", ["Retouching"]),
    ("jonas", "Jonas", "Brennan", "staff", ["Quality Control"]),
    ("priya", "Priya", "Kaur", "staff", ["Front Desk", "Sales"]),
    ("tom", "Tom", "Abernathy", "staff", ["Production"]),
    ("lea", "Léa", "Delacroix", "manager", ["Sales"]),
    ("oskar", "Oskar", "Thorne", "staff", []),
]

SESSION_TYPES = [
    "Portrait",
    "Family",
    "Newborn",
    "Wedding",
    "High School Senior",
    "School & Sports",
    "Headshot",
    "Pet",
]

# (name, contact, email, phone, account, in-house).  Numbers of 555-0100 to 555-0199 are nobody's.
VENDORS = [
    ("Northlight Color Lab", "Iris Kim", "orders@northlight.example", "(212) 555-0122", "NL-4471", False),
    ("Meridian Pro Imaging", "Paul Adeyemi", "paul@meridian.example", "(312) 555-0145", "78-1120", False),
    ("Bergström & Sons Fine Prints", "Elsa Bergström", "", "(651) 555-0180", "", False),
    ("Canyon Album Works", "Ricardo Vega", "hello@canyon.example", "(602) 555-0141", "CAW 309", False),
    ("In-house lab", "Tom Abernathy", "lab@hartleyvane.example", "ext. 14", "", True),
]
# Which of them has a calendar of its own, and where it counts.
LAB_OF_ITS_OWN = "Canyon Album Works"
ON_THE_LABS_CLOCK = "At lab"
AREA_CODES = ["201", "609", "732", "856", "908", "973"]

# (description, business days, department, user, initial, final, inactive)
STATUSES = [
    ("Images selected", 2, "Sales", "priya", True, False, False),
    ("Retouching", 3, "Retouching", None, False, False, False),
    ("Sent to lab", 1, "Production", "staff", False, False, False),
    ("At lab", 6, "Production", None, False, False, False),
    ("Negatives filed", 1, "Production", None, False, False, True),
    ("Proofs received", 1, "Production", "staff", False, False, False),
    ("Proofs checked", 2, "Quality Control", "jonas", False, False, False),
    ("Ready for client", 5, "Front Desk", "priya", False, False, False),
    ("Delivered", None, None, None, False, True, False),
    ("Cancelled", None, None, None, False, True, False),
]

PROOF_TYPES = ["Lustre proof", "Contact sheet", "Deep matte", "Fine art test", "Album spread", "Press print"]
PROOF_SIZES = ["4 x 6 in", "5 x 7 in", "8 x 10 in", "20 x 25 cm", "11 x 14 in"]

HOLD_REASONS = [
    "Client is travelling",
    "Waiting for the retainer",
    "Client asked for more time to choose",
    "Lab is waiting for paper stock",
]
LATE_REASONS = [
    "Lab is behind",
    "Made again",
    "Waiting for the client",
    "Somebody was away",
    "Lost on the way",
]
# The reason of the list, and the words.
DELAY_REASONS = [
    ("Lab is behind", "Lab is short of paper; promised for this week"),
    ("Made again", "Colour cast, sent back for reprint"),
    ("Waiting for the client", "Client has not answered two calls"),
    ("Somebody was away", "Retoucher was off sick"),
    ("Lost on the way", "Parcel lost, lab is reprinting"),
    ("Lab is behind", ""),
    ("", ""),
]
NOTES = [
    "",
    "",
    "",
    "",
    "Client called, wants them before the weekend.",
    "Two frames swapped, checked with the photographer.",
    "Crop as marked on the contact sheet.",
    "Shipped with order of last week.",
    "Reprint of frame 014, skin tones too warm.",
]
STUDIO_NOTES = [
    "",
    "",
    "Repeat client, be generous with retouching.",
    "Handle with care: gift, do not phone home.",
]
VENDOR_NOTES = [
    "",
    "",
    "Neutral skin tones please, no automatic correction.",
    "Match the colours of our last order.",
]

CUSTOM_FIELDS = ["Album Cover", "Gallery Password", "Rush Fee Agreed"]
