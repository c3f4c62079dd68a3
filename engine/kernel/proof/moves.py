"""The token game: what can happen next in a marking, without time and without data.

Conditions, outcomes and events of the world are free choices. A boundary event that does not
interrupt colours what it lets out, and comes again only when that is gone; an event sub-process
that does not interrupt is open once at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from engine.kernel.compile.model import Element
from engine.kernel.proof import net as n
from engine.kernel.proof.build import Nets
from engine.kernel.proof.catching import best, is_free, raised_by
from engine.kernel.proof.event_subs import best_sub, is_taken_over
from engine.kernel.proof.marking import Marking, Move, Raised, Token, have_met, put, without
from engine.kernel.proof.net import EventSub, Net, Node
from engine.kernel.proof.reach import can_join
from engine.kernel.proof.throws import Thrower, might_be_thrown
from engine.kernel.proof.ways import meeting_place, ways_out

Path = tuple[str, ...]


class Game:
    """The token game of one definition; what it has worked out it keeps."""

    def __init__(self, nets: Nets, *, count: Callable[[int], None]) -> None:
        self.nets = nets
        self._count = count
        self._known: dict[tuple[str, Marking], tuple[Move, ...]] = {}
        self._colours: dict[str, dict[str, int]] = {}

    def starts(self, body: str) -> tuple[tuple[Path, Marking], ...]:
        """What a scope may begin with: the ids that are entered at once, and the marking."""
        net = self.nets.of(body)
        return tuple(
            (tuple(net.begun.get(keys[0], ())), put((), *((key, 0, ()) for key in keys)))
            for keys in net.starts
        )

    def moves(self, body: str, marking: Marking) -> tuple[Move, ...]:
        """Everything that can happen next in a scope."""
        found = self._known.get((body, marking))
        if found is None:
            found = tuple(self._all(self.nets.of(body), marking))
            self._count(1 + len(found) * (1 + len(marking)))
            self._known[body, marking] = found
        return found

    def _all(self, net: Net, marking: Marking) -> Iterator[Move]:
        for token in dict.fromkeys(marking):
            if token[0].startswith("@"):
                yield from self._during(net, marking, token)
            else:
                yield from self._arriving(net, marking, token)
        yield from self._triggered(net, marking)

    # tokens on edges

    def _arriving(self, net: Net, marking: Marking, token: Token) -> Iterator[Move]:
        edge = net.edges[token[0]]
        for outcome, way in edge.raisers.items():
            path = tuple(way)
            yield from self._might_throw(net, marking, token, Thrower(outcome, path[-1]), path)
        node = net.nodes[edge.target]
        if not node.joins(net):
            yield from self._entering(net, marking, node, (token,))
            return
        filled = [key for key in net.ins[node.id] if any(t[0] == key for t in marking)]
        if filled[0] != token[0] or not can_join(net, node, marking, filled):
            return
        choices = [dict.fromkeys(t for t in marking if t[0] == key) for key in filled]
        for joined in product(*choices):
            if joined[0] == token:
                yield from self._entering(net, marking, node, joined)

    def _entering(
        self, net: Net, marking: Marking, node: Node, tokens: tuple[Token, ...]
    ) -> Iterator[Move]:
        """Tokens go into a node; joined, they have the origin that they have in common."""
        path = (*(i for t in tokens for i in net.edges[t[0]].content), *node.shown)
        rest, colour = marking, tokens[0][1]
        for token in tokens:
            rest, colour = without(rest, token), colour & token[1]
        if node.kind in (n.END, n.TERMINATE):
            yield Move(path, rest if node.kind == n.END else ())
        elif node.kind == n.HOLD:
            yield _placed(net, path, rest, [(f"@{node.id}", colour, ())])
        elif node.kind == n.SCOPE:
            for begun, inside in self.starts(node.id):
                yield _placed(net, (*path, *begun), rest, [(f"@{node.id}", colour, inside)])
        elif node.kind in (n.FAIL, n.THROW):
            yield from self._throwing(net, marking, node, Move(path, rest), colour)
        else:
            yield from self._leaving(net, path, rest, node, colour)

    def _throwing(
        self, net: Net, marking: Marking, node: Node, move: Move, colour: int
    ) -> Iterator[Move]:
        """An error ends its token; an escalation is thrown and its token goes on."""
        assert node.element is not None
        raised, onward = raised_by(node.element), [move]
        if node.kind == n.THROW:
            onward = list(self._leaving(net, move.path, move.after, node, colour))
        for found in onward:
            yield self._thrown(net, marking, replace(found, raised=raised))

    def _leaving(
        self, net: Net, path: Path, rest: Marking, node: Node, colour: int
    ) -> Iterator[Move]:
        for ways in ways_out(net, node):
            tokens: list[Token] = [(edge.key, colour, ()) for edge in ways]
            yield _placed(net, path, rest, tokens)

    # activities that last

    def _during(self, net: Net, marking: Marking, token: Token) -> Iterator[Move]:
        name = token[0][1:]
        if name not in net.nodes:
            yield from self._inside_event_sub(net, marking, token)
            return
        node = net.nodes[name]
        boundaries = net.boundaries.get(name, ())
        if node.kind == n.SCOPE:
            for move in self.moves(name, token[2]):
                yield from self._step_inside(net, marking, token, move)
        else:
            if node.leaves:
                yield from self._leaving(net, (), without(marking, token), node, token[1])
            yield from self._fails(net, marking, token, node)
        for event in boundaries:
            if is_free(event) or self._may_come(node, event, boundaries):
                yield from self._at_boundary(net, marking, token, event)

    def _may_come(self, node: Node, event: Element, beside: tuple[Element, ...]) -> bool:
        """Whether what an activity throws may be caught here; a scope's own steps tell that."""
        outcome = self.nets.outcome_of(node.element)
        return node.kind == n.HOLD and outcome is not None and outcome.may_come(event, beside)

    def _step_inside(self, net: Net, marking: Marking, token: Token, move: Move) -> Iterator[Move]:
        """A step of a sub-process is a step of the scope around it."""
        if move.raised is not None:
            yield from self._out_of_scope(net, marking, token, move, move.raised)
        else:
            yield from self._continued(net, without(marking, token), token, move)

    def _continued(self, net: Net, rest: Marking, token: Token, move: Move) -> Iterator[Move]:
        """The sub-process goes on, or is done and left."""
        if move.after or move.clash:
            after = put(rest, (token[0], token[1], move.after))
            yield Move(move.path, after, move.clash)
        else:
            yield from self._leaving(net, move.path, rest, net.nodes[token[0][1:]], token[1])

    def _at_boundary(
        self, net: Net, marking: Marking, token: Token, event: Element, path: Path = ()
    ) -> Iterator[Move]:
        node, path = net.nodes[event.id], (*path, event.id)
        if event.interrupting:
            yield from self._leaving(net, path, without(marking, token), node, token[1])
            return
        bit = self._colour(net, event)
        if not any(t[1] & bit for t in marking):
            yield from self._leaving(net, path, marking, node, token[1] | bit)

    def _colour(self, net: Net, event: Element) -> int:
        if net.body not in self._colours:
            self._colours[net.body] = net.colours
        return self._colours[net.body][event.id]

    # what is thrown

    def _fails(self, net: Net, marking: Marking, token: Token, node: Node) -> Iterator[Move]:
        """An activity may fail further out than at its own boundary."""
        if node.raises is not None:
            own = net.boundaries.get(node.id, ())
            thrower = Thrower(node.raises, node.id, own)
            yield from self._might_throw(net, marking, token, thrower)

    def _might_throw(
        self, net: Net, marking: Marking, token: Token, thrower: Thrower, path: Path = ()
    ) -> Iterator[Move]:
        for raised in might_be_thrown(self.nets, net.body, thrower):
            after = marking if raised.kind == "escalation" else without(marking, token)
            move = self._thrown(net, marking, Move(path, after, raised=raised))
            yield from self._unless_lost(net, move)

    def _unless_lost(self, net: Net, move: Move) -> Iterator[Move]:
        """What only might be thrown is nothing when nobody catches it."""
        lost = move.raised is not None and not move.raised.drawn
        if not lost or net.body != self.nets.definition.process_id:
            yield move

    def _thrown(self, net: Net, before: Marking, move: Move) -> Move:
        """Looks for an event sub-process of this scope; else the move goes on outwards."""
        assert move.raised is not None
        found = None if is_taken_over(net, before) else best_sub(net.event_subs, move.raised)
        return move if found is None else self._opened(found, replace(move, raised=None))

    def _out_of_scope(
        self, net: Net, marking: Marking, token: Token, move: Move, raised: Raised
    ) -> Iterator[Move]:
        """What leaves a sub-process is caught at its boundary, in this scope, or further out."""
        name, rest = token[0][1:], without(marking, token)
        event = best(net.boundaries.get(name, ()), raised)
        if event is not None and event.interrupting:
            yield from self._at_boundary(net, marking, token, event, move.path)
        elif event is not None:
            for onward in self._continued(net, rest, token, move):
                yield from self._beside(net, marking, token, onward, event)
        elif raised.kind == "cancel":
            yield from self._leaving(net, move.path, rest, net.nodes[name], token[1])
        else:
            onwards = [Move(move.path, rest)]
            if raised.kind == "escalation":
                onwards = list(self._continued(net, rest, token, move))
            for onward in onwards:
                caught = self._thrown(net, marking, replace(onward, raised=raised))
                yield from self._unless_lost(net, caught)

    def _beside(
        self, net: Net, marking: Marking, token: Token, onward: Move, event: Element
    ) -> Iterator[Move]:
        """A boundary event catches and the sub-process has gone on."""
        bit = self._colour(net, event)
        if any(t[1] & bit for t in marking):
            yield onward
            return
        node, path = net.nodes[event.id], (*onward.path, event.id)
        yield from self._leaving(net, path, onward.after, node, token[1] | bit)

    # event sub-processes

    def _triggered(self, net: Net, marking: Marking) -> Iterator[Move]:
        """Events of the world may come at any time, each one at most once at a time."""
        if not marking or not net.event_subs or is_taken_over(net, marking):
            return
        for found in net.event_subs:
            if is_free(found.start):
                move = self._opened(found, Move((), marking))
                if move.after != marking:
                    yield move

    def _opened(self, found: EventSub, move: Move) -> Move:
        begun, inside = self.starts(found.id)[0]
        token: Token = (f"@{found.id}", 0, inside)
        path = (*move.path, found.id, *begun)
        if found.interrupting:
            return replace(move, path=path, after=(token,))
        if any(t[0] == token[0] for t in move.after):
            return move
        return replace(move, path=path, after=put(move.after, token))

    def _inside_event_sub(self, net: Net, marking: Marking, token: Token) -> Iterator[Move]:
        rest, name = without(marking, token), token[0][1:]
        for move in self.moves(name, token[2]):
            after = put(rest, (token[0], token[1], move.after)) if move.after else rest
            if move.raised is None:
                yield Move(move.path, after, move.clash)
                continue
            after = after if move.raised.kind == "escalation" else rest
            raised = replace(move.raised, left=name)
            caught = self._thrown(net, marking, Move(move.path, after, move.clash, raised))
            if caught.raised is not None:
                caught = replace(caught, raised=replace(raised, left=None))
            yield from self._unless_lost(net, caught)


def _placed(net: Net, path: Path, rest: Marking, tokens: list[Token]) -> Move:
    """Adds tokens; two of comparable origin at one place have lost their synchronisation."""
    clash = next((meeting_place(net, t[0]) for t in tokens if have_met(rest, t)), None)
    return Move(path, put(rest, *tokens), clash)
