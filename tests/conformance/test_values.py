"""What is in the properties: keys, Required, value maps and the arithmetic of pools (9.7 checks 5 and 9, 9.3, 6.2)."""

import re

import pytest

OPEN_RANGE = re.compile(r"^(-?\d*)\.\.(-?\d*)$")


def declared(cimom, instance):
    return cimom.declaration(instance.path.namespace, instance.classname)


def filled(value):
    return all(item is not None for item in value) and bool(value) if isinstance(value, list) else value is not None


def test_keys_and_required_properties_are_filled(cimom):
    empty = []
    for space in cimom.namespaces:
        for instance in cimom.everything(space):
            for name, one in declared(cimom, instance).properties.items():
                needed = {"Key", "Required"} & {text for text in ("Key", "Required") if truth(one, text)}
                if needed and not filled(instance.get(name)):
                    empty.append(f"{instance.path}: {name} ({', '.join(sorted(needed))})")
    assert not empty


def truth(declaration, qualifier):
    found = declaration.qualifiers.get(qualifier)
    return found is not None and found.value is True


def test_the_path_holds_exactly_the_keys(cimom):
    for space in cimom.namespaces:
        for instance in cimom.everything(space):
            keys = {name.lower() for name, one in declared(cimom, instance).properties.items() if truth(one, "Key")}
            assert {name.lower() for name in instance.path.keybindings} == keys, str(instance.path)
            for name, value in instance.path.keybindings.items():
                if name in instance and not hasattr(value, "keybindings"):
                    assert str(instance[name]) == str(value), str(instance.path)


def test_properties_are_those_of_the_class_and_of_its_types(cimom):
    for space in cimom.namespaces:
        for instance in cimom.everything(space):
            properties = declared(cimom, instance).properties
            for name, one in instance.properties.items():
                assert name in properties, f"{instance.path} has {name}"
                expected = (properties[name].type, properties[name].is_array)
                assert (one.type, bool(one.is_array)) == expected, f"{name} of {instance.path}"


def allowed(value, value_map):
    """Whether a value is in a ValueMap; `..` alone stands for all that is not named (DSP0004)."""
    if str(value) in value_map or ".." in value_map:
        return True
    if not isinstance(value, int):
        return False
    ranges = [found.groups() for text in value_map if (found := OPEN_RANGE.match(text))]
    return any((not low or value >= int(low)) and (not high or value <= int(high)) for low, high in ranges)


@pytest.mark.parametrize(
    ("value", "value_map", "expected"),
    [
        (2, ["1", "2"], True),
        (3, ["1", "2"], False),
        (3, ["1", ".."], True),
        (16000, ["1", "16000.."], True),
        (15999, ["1", "16000.."], False),
        (7, ["5..15999"], True),
        ("b", ["a"], False),
    ],
)
def test_value_maps_are_read_as_the_specification_has_them(value, value_map, expected):
    assert allowed(value, value_map) is expected


def test_values_are_in_their_value_maps(cimom):
    outside = []
    for space in cimom.namespaces:
        for instance in cimom.everything(space):
            for name, one in declared(cimom, instance).properties.items():
                value_map = one.qualifiers.get("ValueMap")
                value = instance.get(name)
                if value_map is None or value is None:
                    continue
                for item in value if isinstance(value, list) else [value]:
                    if not allowed(item, value_map.value):
                        outside.append(f"{instance.path}: {name} = {item!r}")
    assert not outside


# --- pools ---


def pools(cimom):
    found = [one for space in cimom.implementations for one in cimom.instances(space, "CIM_StoragePool")]
    if not found:
        pytest.skip("the CIMOM has no storage pools")
    return found


def consumed(cimom):
    """Bytes taken from each pool, by the pool's key."""
    taken = {}
    for space in cimom.implementations:
        for one in cimom.instances(space, "CIM_AllocatedFromStoragePool"):
            pool = cimom.key(one["Antecedent"])
            taken[pool] = taken.get(pool, 0) + one["SpaceConsumed"]
    return taken


def test_what_is_left_in_a_pool_is_what_was_not_taken(cimom):
    taken = consumed(cimom)
    for pool in pools(cimom):
        if pool.get("ElementsShareSpace"):
            continue  # SpaceConsumed does not add up where elements share space (6.2)
        used = taken.get(cimom.key(pool.path), 0)
        assert pool["TotalManagedSpace"] == pool["RemainingManagedSpace"] + used, str(pool.path)


def test_a_child_pool_takes_at_least_its_size_from_its_parent(cimom):
    sizes = {cimom.key(pool.path): pool["TotalManagedSpace"] for pool in pools(cimom)}
    for space in cimom.implementations:
        for one in cimom.instances(space, "CIM_AllocatedFromStoragePool"):
            child = cimom.key(one["Dependent"])
            if child in sizes:
                assert one["SpaceConsumed"] >= sizes[child], str(one.path)


def test_no_element_takes_more_than_its_limit(cimom):
    for space in cimom.implementations:
        for one in cimom.instances(space, "CIM_AllocatedFromStoragePool"):
            if one.get("SpaceLimit"):
                assert one["SpaceConsumed"] <= one["SpaceLimit"], str(one.path)


def test_a_threshold_is_a_percentage(cimom):
    for pool in pools(cimom):
        assert 0 <= (pool.get("LowSpaceWarningThreshold") or 0) <= 100
