from tests.world import World

from ryorin.customers.people.models import Person


def test_the_world_of_the_tests_holds_together(world: World) -> None:
    assert world.ada.company == world.acme
    assert world.deal.person == world.ada
    assert world.handoff.owner == world.sato
    assert Person.objects.visible_to(world.sato).get() == world.ada
    assert not Person.objects.visible_to(world.kato).exists()
