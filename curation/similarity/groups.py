"""Groups that grow together, unless what binds them forbids it."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


class Groups(Generic[Node]):
    """Nodes in groups; two groups that are bound to different things are never joined."""

    def __init__(self, bounds: Mapping[Node, Iterable[str]] | None = None) -> None:
        """Begin with every node by itself.

        Args:
            bounds: by node, what it is bound to, for instance a pool that can't change.
        """
        self._parents: dict[Node, Node] = {}
        self._bounds = {node: frozenset(bound) for node, bound in (bounds or {}).items()}

    def find(self, node: Node) -> Node:
        """Return the node that stands for the group of this one."""
        root = node
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while node != root:
            self._parents[node], node = root, self._parents.get(node, node)
        return root

    def is_joined(self, first: Node, second: Node) -> bool:
        """Whether two nodes are in one group."""
        return self.find(first) == self.find(second)

    def join(self, first: Node, second: Node) -> bool:
        """Make one group of two; False when they are bound to different things."""
        one, other = self.find(first), self.find(second)
        bound = self._bounds.get(one, frozenset()) | self._bounds.get(other, frozenset())
        if one != other:
            if len(bound) > 1:
                return False
            self._parents[other] = one
            self._bounds[one] = bound
        return True

    def members(self) -> list[list[Node]]:
        """Return the groups of more than one node, in the order in which nodes came."""
        found: dict[Node, list[Node]] = {}
        for node in self._parents:
            found.setdefault(self.find(node), []).append(node)
        return [[root, *(each for each in nodes if each != root)] for root, nodes in found.items()]
