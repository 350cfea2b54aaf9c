"""Which shares of the whole provider have a path."""

from vasa_cim.adapters.file.path_register import PathRegister


def shares(**ids):
    return {f"/{path}": frozenset(one.split()) for path, one in ids.items()}


def test_a_path_has_the_shares_of_all_owners():
    register = PathRegister()
    register.publish("one", shares(a="1 2", b="3"))
    register.publish("other", shares(a="9"))
    assert [register.shares_of(path) for path in ("/a", "/b", "/c")] == [{"1", "2", "9"}, {"3"}, set()]
    register.publish("one", shares(b="3"))
    register.withdraw("other")
    register.withdraw("other")
    assert [register.shares_of(path) for path in ("/a", "/b")] == [set(), {"3"}]


def test_an_owner_hears_of_changes_of_paths_that_it_has_itself():
    register, heard = PathRegister(), []
    for owner in ("one", "other", "stranger"):
        register.watch(owner, lambda owner=owner: heard.append(owner))
    register.publish("one", shares(a="1"))
    register.publish("stranger", shares(z="7"))
    assert heard == []
    register.publish("other", shares(a="9", b="8"))
    assert heard == ["one"]
    register.publish("other", shares(a="9", b="8", c="6"))
    assert heard == ["one"]
    register.publish("one", shares(a="1"))
    assert heard == ["one"]
    register.withdraw("other")
    assert heard == ["one", "one"]
