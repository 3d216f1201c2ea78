"""What the part "mutants" draws from, and runs: tests that are there, and mutants that can be made today."""

from tests.campaign.mutants import EQUIVALENT, ROOMS, ROOT, drawn, mutants_of, room_of


def test_each_room_names_sources_and_tests_that_are_there():
    tests = {test for room in ROOMS.values() for test in room}
    assert [path for path in ROOMS if not (ROOT / path).exists()] == []
    assert [test for test in tests if not (ROOT / "tests" / test).exists()] == []


def test_what_is_named_as_changing_nothing_can_be_made_of_the_sources():
    files = {name.partition(":")[0] for name in EQUIVALENT}
    made = {str(mutant) for file in files for mutant in mutants_of(file, (ROOT / file).read_bytes())}
    assert EQUIVALENT.keys() - made == set()


def test_the_same_sixty_are_drawn_each_time_and_each_has_its_tests():
    chosen = drawn()
    assert len(set(chosen)) == 60
    assert chosen == drawn()
    assert all(room_of(mutant.file) for mutant in chosen)


def test_a_mutant_is_one_small_change_of_the_source():
    source = b"def f(a):\n    log(a)\n    return 3 if a < 2 and not a else None\n"
    assert {mutant.of(source).decode().partition("    ")[2] for mutant in mutants_of("f.py", source)} == {
        "pass\n    return 3 if a < 2 and not a else None\n",
        "log(a)\n    return (None if a < 2 and (not a) else 3)\n",
        "log(a)\n    return 3 if (a < 2 or not a) else None\n",
        "log(a)\n    return 3 if (a <= 2) and not a else None\n",
        "log(a)\n    return 3 if a < 2 and (a) else None\n",
        *(f"log(a)\n    return ({n}) if a < 2 and not a else None\n" for n in (2, 4)),
        *(f"log(a)\n    return 3 if a < ({n}) and not a else None\n" for n in (1, 3)),
    }
