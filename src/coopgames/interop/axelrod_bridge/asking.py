"""How likely a player of the axelrod library cooperates after any history, by playing it through.

The player is led through the history: it is asked for its act each round, and told which acts were
carried out, as the library's matches do when there is noise. Its random generator is replaced by
one that notes each chance. In the last round both outcomes of every draw are tried, so that the
answer is a sum of products of chances and not an estimate. Draws of earlier rounds are made once
and, in a second course, all turned round; a player whose answer depends on them remembers its own
dice and is no automaton here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .games import library
from .machines import History, Machine

__all__ = ["Asker", "NotReadableError"]

#: Rounds that may be played in reading one strategy; our assumption, some seconds.
ROUNDS_PLAYED = 200_000
#: Draws of one round that are followed.
LARGEST_DRAWS = 8
#: Who the other is on test histories: cooperates with a given chance; answers CC, CD, DC and DD
#: (its own act first) by tit for tat, its opposite, win-stay lose-shift and grim; repeats a word;
#: alternates between blocks of cooperation and defection, whose length is a share of the match.
CHANCES = (0.5, 0.1, 0.9, 0.02, 0.98)
ANSWERS = ("CDCD", "DCDC", "CDDC", "CDDD")
WORDS = ("C", "D", "CD", "DC", "CCD", "DDC", "CCCD", "DDDC", "CCDD", "CCCCD", "DDDDDC")
BLOCKS = (0.05, 0.25, 0.5, -0.05, -0.25, -0.5)
#: How often the player's acts are turned round on test histories.
FLIPS = (0.0, 0.05, 0.5)
#: Positions of a test history at which chances are followed.
SPOT_CHECKS = 4
#: Longest history on which chances are followed. [rounds]
SPOT_LENGTH = 60


class NotReadableError(Exception):
    """The strategy is no automaton that this way of reading finds; says why."""


class _Draws:
    """Stands in for a player's random generator, follows a script and notes chances."""

    def __init__(self, seed: int, *, turned: bool) -> None:
        self._free = np.random.default_rng(seed)
        self._turned = turned
        self.script: list[bool] | None = None
        self.noted: list[tuple[float, bool]] = []
        self.free_draws = 0

    def _draw(self, chance: float) -> bool:
        if chance <= 0 or chance >= 1:
            return chance >= 1
        if self.script is None:
            self.free_draws += 1
            return bool(self._free.random() < 0.5) != self._turned
        outcome = self.script[len(self.noted)] if len(self.noted) < len(self.script) else True
        self.noted.append((chance, outcome))
        return outcome

    def random_choice(self, p: float = 0.5) -> Any:
        """Return to cooperate with probability p, as the library's generator does."""
        action = library().Action
        return action.C if self._draw(p) else action.D

    def random_flip(self, action: Any, threshold: float) -> Any:
        """Return the opposite act with probability ``threshold``."""
        return action.flip() if self._draw(threshold) else action

    def __getattr__(self, name: str) -> Any:
        raise NotReadableError("it draws other random numbers than acts of given probability")


class _Sealed(dict[str, Any]):
    """Match attributes that nobody may look at."""

    def __getitem__(self, key: str) -> Any:
        said = {"game": "payoffs", "length": "the length of the match", "noise": "the noise"}
        raise NotReadableError(f"it looks at {said.get(key, key)}")


class Asker:
    """Answers for one strategy; remembers them."""

    def __init__(self, player: Any, attributes: dict[str, Any]) -> None:
        self._player = player
        self._attributes = attributes
        action = library().Action
        self._acts = (action.C, action.D)
        self._opponent: Any = None
        self._answers: dict[History, float] = {}
        self.rounds_left = ROUNDS_PLAYED

    def __call__(self, history: History) -> float:
        """Return the chance of cooperating after a history."""
        if history not in self._answers:
            self._answers[history] = self._chance(history)
        return self._answers[history]

    def after(self, history: History) -> Any:
        """Return the player after a history."""
        return self._led(history, turned=False)[0]

    def _led(self, history: History, *, turned: bool) -> tuple[Any, _Draws]:
        self._spend(len(history) + 1)
        player, draws = self._fresh(0, turned=turned)
        for one in history:
            player.strategy(self._opponent)
            self._told(player, one)
        return player, draws

    def _spend(self, rounds: int) -> None:
        self.rounds_left -= rounds
        if self.rounds_left < 0:
            raise NotReadableError(f"no automaton was found in {ROUNDS_PLAYED:,} rounds of play")

    def _fresh(self, seed: int, *, turned: bool = False) -> tuple[Any, _Draws]:
        player = self._player.clone()
        player.set_match_attributes(**self._attributes)
        player.match_attributes = _Sealed(player.match_attributes)
        draws = _Draws(seed, turned=turned)
        player._random = draws  # noqa: SLF001 - the library offers no other way to hand it over
        self._opponent = library().MockPlayer()
        return player, draws

    def _told(self, player: Any, one: int) -> None:
        mine, yours = self._acts[one // 2], self._acts[one % 2]
        player.update_history(mine, yours)
        self._opponent.update_history(yours, mine)

    def _chance(self, history: History) -> float:
        found, drawn = self._followed(history, turned=False)
        if drawn and self._followed(history, turned=True)[0] != found:
            raise NotReadableError("it remembers its own random draws")
        return found

    def _followed(self, history: History, *, turned: bool) -> tuple[float, bool]:
        """Return the chance of cooperating, and whether earlier rounds had draws."""
        scripts: list[list[bool]] = [[]]
        total, drawn = 0.0, False
        while scripts:
            script = scripts.pop()
            player, draws = self._led(history, turned=turned)
            drawn = draws.free_draws > 0
            draws.script = script
            act = player.strategy(self._opponent)
            outcomes = [outcome for _, outcome in draws.noted]
            if len(outcomes) > LARGEST_DRAWS:
                raise NotReadableError(f"it draws more than {LARGEST_DRAWS} times a round")
            scripts += [[*outcomes[:k], False] for k in range(len(script), len(outcomes))]
            if act == self._acts[0]:
                chances = [p if outcome else 1.0 - p for p, outcome in draws.noted]
                total += float(np.prod(chances))
        return min(total, 1.0), drawn

    # --- tests -------------------------------------------------------------------------------

    def disagreement(self, rounds: int) -> Callable[[Machine], History | None]:
        """Return what looks for a history on which a machine and the player differ.

        All histories of three rounds are tried, then histories of up to ``rounds`` rounds against
        others of many kinds, the player's own acts turned round never, at times, or half of the
        time. Every machine meets the same others.
        """
        lengths = sorted({min(20, rounds), min(SPOT_LENGTH, rounds), rounds})
        walks = [
            (other, flips, length)
            for length in lengths
            for other in (*CHANCES, *ANSWERS, *WORDS, *((share, length) for share in BLOCKS))
            for flips in FLIPS
        ]

        def first(machine: Machine) -> History | None:
            for number in range(4**3):
                history = (number // 16, number // 4 % 4, number % 4)
                for length in range(4):
                    if self(history[:length]) != machine.cooperate[machine.after(history[:length])]:
                        return history[:length]
            for seed, (other, flips, length) in enumerate(walks):
                found = self._walk(machine, other, flips, length, seed)
                if found is not None:
                    return found
            return None

        return first

    def _walk(
        self, machine: Machine, other: Any, flips: float, rounds: int, seed: int
    ) -> History | None:
        rng = np.random.default_rng(seed)
        turned, numbers = rng.random((2, rounds))
        player, draws = self._fresh(seed)
        self._spend(rounds)
        history: list[int] = []
        state, spots = 0, set(rng.integers(0, min(rounds, SPOT_LENGTH), SPOT_CHECKS).tolist())
        for turn in range(rounds):
            before = draws.free_draws
            act = self._acts.index(player.strategy(self._opponent))
            expected = machine.cooperate[state]
            if draws.free_draws == before:
                if expected != 1.0 - act:
                    return tuple(history)
            elif turn in spots and self(tuple(history)) != expected:
                return tuple(history)
            act ^= int(turned[turn] < flips)
            one = 2 * act + _answer(other, history, turn, numbers[turn])
            self._told(player, one)
            history.append(one)
            state = machine.moves[state][one]
        return None


def _answer(other: Any, history: list[int], turn: int, number: float) -> int:
    """Return what the other does on a test history, 0 to cooperate."""
    if isinstance(other, float):
        return int(number >= other)
    if isinstance(other, tuple):
        share, rounds = other
        block = max(1, round(abs(share) * rounds))
        return int(turn // block + (share < 0)) % 2
    if other in ANSWERS:
        own, mine = (history[-1] % 2, history[-1] // 2) if history else (0, 0)
        return int(str(other)[2 * own + mine] == "D")
    word = str(other)
    return int(word[turn % len(word)] == "D")
