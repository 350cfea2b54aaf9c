"""Read providers: which hook answers, what stands in for missing ones, and what is refused."""

import pytest
import pywbem

MOF = """
Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
class T_Thing { [Key] string Id; string Text; };
class T_Special : T_Thing { };
[Association] class T_Edge { [Key] T_Thing REF Left; [Key] T_Thing REF Right; };
instance of T_Thing { Id = "stored"; Text = "by the repository"; };
instance of T_Special { Id = "special"; };
"""
SPACE = "root/t"


def thing(name, class_name="T_Thing", namespace=SPACE):
    return pywbem.CIMInstanceName(class_name, {"Id": name}, namespace=namespace)


def edge(left, right):
    return pywbem.CIMInstance("T_Edge", {"Left": thing(left), "Right": thing(right)})


@pytest.fixture
def connection():
    from mock_cimom.connection import CimomConnection

    made = CimomConnection(SPACE)
    made.compile_mof_string(MOF)
    return made


class Provider:
    """A provider whose hooks are given by name; it notes how they are called."""

    def __init__(self, classes="T_Thing", **hooks):
        self.provider_classnames = classes
        self.calls = []
        for name, hook in hooks.items():
            setattr(self, name, self._noting(name, hook))

    def _noting(self, name, hook):
        def called(*arguments):
            self.calls.append((name, *map(str, arguments)))
            return hook(*arguments)

        return called


def things(*names):
    return lambda namespace, class_name: [pywbem.CIMInstance(class_name, {"Id": name}) for name in names]


def ids(found):
    return [getattr(one, "path", one)["Id"] for one in found]


def test_computed_instances_stand_in_place_of_the_stored_ones_of_their_class(connection):
    connection.register_read_provider(Provider(enumerate=things("a", "b")))
    assert sorted(ids(connection.EnumerateInstances("T_Thing"))) == ["a", "b", "special"]
    assert sorted(ids(connection.EnumerateInstanceNames("T_Thing"))) == ["a", "b", "special"]
    assert ids(connection.EnumerateInstances("T_Special")) == ["special"]


def test_a_missing_get_looks_through_the_enumeration(connection):
    provider = Provider(enumerate=things("a"))
    connection.register_read_provider(provider)
    assert connection.GetInstance(thing("a"))["Id"] == "a"
    with pytest.raises(pywbem.CIMError) as refusal:
        connection.GetInstance(thing("stored"))
    assert refusal.value.status_code == pywbem.CIM_ERR_NOT_FOUND
    assert provider.calls == [("enumerate", SPACE, "T_Thing")] * 2


@pytest.mark.parametrize("hooks", [{}, {"enumerate": lambda *_: NotImplemented, "get": lambda _: NotImplemented}])
def test_without_an_answer_the_repository_answers(connection, hooks):
    connection.register_read_provider(Provider(**hooks))
    assert sorted(ids(connection.EnumerateInstances("T_Thing"))) == ["special", "stored"]
    assert connection.GetInstance(thing("stored"))["Text"] == "by the repository"
    assert connection.Associators(thing("stored")) == []


def test_get_alone_adds_what_is_not_enumerated(connection):
    hidden = pywbem.CIMInstance("T_Thing", {"Id": "hidden"})
    connection.register_read_provider(Provider(get=lambda path: hidden if path["Id"] == "hidden" else NotImplemented))
    assert connection.GetInstance(thing("hidden"))["Id"] == "hidden"
    assert connection.GetInstance(thing("stored"))["Id"] == "stored"
    assert sorted(ids(connection.EnumerateInstances("T_Thing"))) == ["special", "stored"]


def test_another_instance_than_the_one_asked_for_is_not_found(connection):
    connection.register_read_provider(Provider(get=lambda path: pywbem.CIMInstance("T_Thing", {"Id": "other"})))
    with pytest.raises(pywbem.CIMError) as refusal:
        connection.GetInstance(thing("stored"))
    assert refusal.value.status_code == pywbem.CIM_ERR_NOT_FOUND


EDGES = [edge("stored", "a"), edge("b", "stored"), edge("a", "b")]


def ends_by_role(path, class_name, role, result_role):
    return [thing("a")] if role == "Left" or result_role == "Right" else [thing("a"), thing("b")]


@pytest.mark.parametrize(
    ("hook", "function"),
    [("enumerate", None), ("references", lambda *_: EDGES), ("associators", ends_by_role)],
)
def test_traversals_follow_what_the_provider_has(connection, hook, function):
    connection.register_read_provider(Provider(enumerate=things("a", "b", "stored")))
    provider = Provider("T_Edge", **({"enumerate": lambda *_: EDGES} | ({hook: function} if function else {})))
    connection.register_read_provider(provider)
    start = thing("stored")
    assert sorted(ids(connection.AssociatorNames(start))) == ["a", "b"]
    assert ids(connection.Associators(start, ResultRole="Right")) == ["a"]
    assert ids(connection.AssociatorNames(start, Role="Left")) == ["a"]
    assert {name for name, *_ in provider.calls} == {hook}
    assert sorted(one["Left"]["Id"] for one in connection.References(start)) == ["b", "stored"]
    assert len(connection.ReferenceNames(start, Role="Right")) == 1


def test_an_end_that_is_nowhere_is_named_and_not_given_as_an_instance(connection):
    connection.register_read_provider(Provider("T_Edge", enumerate=lambda *_: [edge("stored", "gone")]))
    assert ids(connection.AssociatorNames(thing("stored"))) == ["gone"]


def test_what_the_provider_keeps_is_not_changed(connection):
    kept = pywbem.CIMInstance("T_Thing", {"Id": "a"})
    connection.register_read_provider(Provider(enumerate=lambda *_: [kept]))
    (found,) = [one for one in connection.EnumerateInstances("T_Thing") if one["Id"] == "a"]
    found["Text"] = "changed"
    assert (kept.path, "Text" in kept) == (None, False)


def test_the_later_provider_of_a_class_answers(connection):
    connection.register_read_provider(Provider(enumerate=things("first")))
    connection.register_read_provider(Provider(["T_Thing", "T_Special"], enumerate=things("second")))
    assert ids(connection.EnumerateInstances("T_Thing")) == ["second", "second"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([pywbem.CIMInstance("T_Special", {"Id": "a"})], "T_Special"),
        (["a"], "str"),
        ([pywbem.CIMInstance("T_Thing", {"Text": "no key"})], "keys"),
        (7, "TypeError"),
    ],
)
def test_what_cannot_be_answered_is_a_failure(connection, answer, said):
    connection.register_read_provider(Provider(enumerate=lambda *_: answer))
    with pytest.raises(pywbem.CIMError) as refusal:
        connection.EnumerateInstances("T_Thing")
    assert refusal.value.status_code == pywbem.CIM_ERR_FAILED
    assert said in refusal.value.status_description


def test_a_failure_is_logged_with_what_was_raised(connection, caplog):
    def fails(namespace, class_name):
        yield pywbem.CIMInstance(class_name, {"Id": "a"})
        raise LookupError("the third row")

    connection.register_read_provider(Provider(enumerate=fails))
    with pytest.raises(pywbem.CIMError, match="T_Thing failed in enumerate: LookupError"):
        connection.EnumerateInstances("T_Thing")
    assert "the third row" in caplog.text


@pytest.mark.parametrize(("classes", "said"), [("T_None", "T_None"), ([], "no class"), (None, "no class")])
def test_a_provider_for_no_declared_class_is_refused(connection, classes, said):
    with pytest.raises(ValueError, match=said):
        connection.register_read_provider(Provider(classes))


def test_a_namespace_that_does_not_exist_is_refused(connection):
    with pytest.raises(KeyError):
        connection.register_read_provider(Provider(), "root/none")


def test_a_provider_answers_in_its_namespaces_only(connection):
    connection.add_namespace("root/u")
    connection.compile_mof_string(MOF, namespace="root/u")
    connection.register_read_provider(Provider(enumerate=things("a")), ["root/u"])
    assert sorted(ids(connection.EnumerateInstances("T_Thing"))) == ["special", "stored"]
    assert sorted(ids(connection.EnumerateInstances("T_Thing", namespace="root/u"))) == ["a", "special"]
