"""From footage to a chosen model: import, the shots told, the wish, one question at most, the model with its reason."""

import re
import unicodedata
from typing import Any

from agent.brains.rules_hear import Heard, hear_text
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import Words, model_label, paragraph
from agent.profiles import best_profile, runnable
from engine.errors import PrerequisiteError
from knowledge import catalog, reading, wishes

LONG_LOOK = 12
"""More words than this are no name of a look."""
NAMED_LOOK = 6
"""So many words at most are read back as a look that nobody asked for one."""
STILL_MODEL = "modify_frame"
MASKED_PART = "model.08"
"""The rule by which a part of the picture is masked."""
REASONS_TOLD = 2
"""Reasons named with the choice; `why?` tells all."""
NOUNS = frozenset({"contrast", "texture"})
"""What a look may have more or less of; other small changes are adjectives."""
ENGLISH = Words("en")
"""Prompts are written in English, so what goes into one is joined in it."""
OPPOSITES = (
    {"darker", "brighter"}, {"warmer", "cooler"}, {"softer", "sharper"}, {"rougher", "finer"}, {"grittier", "cleaner"},
    {"more colourful", "more muted"},
)  # fmt: skip
"""Small changes that take each other back."""
OF_A_WISH: dict[str, Any] = {
    "part": [], "next_part": [], "mask": "", "masking": "", "after_mask": "",
    "source": "", "next_source": "", "key": {},
}  # fmt: skip
"""What is remembered of a part, a mask, a pass or a key, each as it stands before a new wish."""
LOOKS_PROPOSED = ("look_1", "look_2", "look_3")
"""Sections of the looks proposed where the artist names none."""


# -- footage ---------------------------------------------------------------------------------------------------------


def without_footage(story: Story, heard: Heard) -> Move:
    """Nothing can be done without footage; a wish is kept for when it comes."""
    later = {"later": story.said} if heard.restyles else {}
    if story.running:
        return Move(story.say("importing_still"), remember=later)
    return Move(paragraph(story.say("no_footage"), story.say("wish_kept") if later else ""), remember=later)


def import_files(story: Story) -> Move:
    """Files came: count and split them, and keep what was said along with them."""
    names = sorted(story.handed)
    call = Call("import_clip", {"clips": names})
    files = story.words.joined(story.say("quoted", text=n) for n in names)
    return Move(story.say("importing", files=files), (call,), remember={"later": story.said.strip()})


def imported(story: Story) -> Move:
    """The import is on its way, or everything stood already."""
    result = story.fresh[0].result
    if result["jobs"]:
        return Move(story.say("imported_wait"))
    names = story.words.joined(s["name"] for s in result["shots"])
    return _with_wish(story, story.say("imported_already", names=names))


def shots_told(story: Story, outcomes: list[dict[str, Any]]) -> Move:
    """The shots of freshly counted sources, and then the wish or the question for it."""
    sentences = []
    for outcome in outcomes:
        source, shots = outcome["source"], outcome["shots"]
        many = len(shots) > 1
        values = {
            "source": story.say("quoted", text=source["name"]),
            "frames": story.words.frames(source["frames"]),
            "size": f"{source['width']}x{source['height']}",
            "rate": rate(source["rate"]),
            "names": named_shots(story, shots) if many else shots[0]["name"],
        }
        counted = {"shots": story.words.shots(len(shots))} if many else {}
        sentences.append(story.say("imported_many" if many else "imported_one", **counted, **values))
        sentences += noted(story, source["notes"])
    return _with_wish(story, paragraph(*sentences))


def named_shots(story: Story, shots: list[dict[str, Any]]) -> str:
    """Shots by number, each with its length."""
    words = story.words
    return words.joined(words.say("shot_frames", shot=s["name"], frames=words.frames(s["frames"])) for s in shots)


def rate(given: str) -> str:
    """Frames a second as people write them."""
    whole, part = map(int, given.split("/"))
    return str(whole) if part == 1 else f"{whole / part:.3f}".rstrip("0")


def _with_wish(story: Story, told: str) -> Move:
    """The footage is told: go on with the wish that came with it, else ask for one. Words that wish nothing of the
    picture ("here are two clips") are no wish."""
    later = story.memory.get("later", "")
    if later and (heard := hear_text(later, story)).act == "restyle":
        move = wish(story, heard)
        return move._replace(text=paragraph(told, move.text))
    return ask_wish(story, paragraph(told, story.say("what_next_wish")))._replace(remember={"later": ""})


# -- the wish --------------------------------------------------------------------------------------------------------


def ask_wish(story: Story, text: str) -> Move:
    """No look is named yet: ask for one, with some to choose from."""
    return Move(text, asks="wish", question=story.say("ask_wish"), choices=tuple(map(story.say, LOOKS_PROPOSED)))


def wish(story: Story, heard: Heard) -> Move:
    """A look is wanted: let the rules choose."""
    shot = (
        best_shot(story, heard.shots)
        if heard.shots or not _known(story, story.memory.get("shot", ""))
        else story.memory["shot"]
    )
    first = paragraph(story.say("one_shot_first", shot=shot) if heard.waiting else "", _stays_here(story))
    from agent.brains import rules_mask, rules_part, rules_passes

    if (heard.on_top or story.memory.get("next_source")) and story.finished():
        return rules_passes.on_top(story, heard, shot)
    if found := rules_mask.confined(story, heard):
        return rules_mask.wish(story, shot, found)
    move = decide(story, rules_part.without_only(heard.order), shot, look=heard.look)
    return move._replace(text=first)


def _stays_here(story: Story) -> str:
    """What to say of an image model that runs at its provider, where one is named; else nothing."""
    named = wishes.named_image_model(story.said)
    return story.say("remote_not_here", model=catalog().image_models[named].label) if named else ""


def pictured(story: Story, heard: Heard) -> Move:
    """Words that may describe a picture, though nothing asked for one: ask before anything is made of them."""
    shot = heard.shots[0] if heard.shots else ""
    words = heard.picture.rstrip(" .!")
    if len(words.split()) > NAMED_LOOK:
        return ask_wish(story, story.say("no_wish_heard"))
    return _maybe(story, story.say("maybe_wish", words=words), words, shot)


def tweaked(story: Story, heard: Heard) -> Move:
    """A small change of the look that stands; of two that pull against each other the newer counts."""
    earlier = [t for t in story.memory.get("tweaks", []) if not any(_against(t, new) for new in heard.tweaks)]
    tweaks = list(dict.fromkeys((*earlier, *heard.tweaks)))
    look = re.sub(r"^(?:look like|like)?\s*(?:an?|the)?\s+", "", story.memory.get("look", ""))
    words = [t for t in tweaks if " " not in t or t.split()[1] not in NOUNS]
    nouns = [t for t in tweaks if t not in words]
    if look:
        told = " ".join([*([", ".join(words)] if words else []), look])
        told += f" with {ENGLISH.joined(nouns)}" if nouns else ""
        text = f"make it look like {'an' if told[0] in 'aeiou' else 'a'} {told}"
    else:
        text = f"{story.memory['wish'].rstrip('. ')}, {ENGLISH.joined(tweaks)}"
    move = decide(story, text, story.memory["shot"], look=look)
    return move._replace(remember={**move.remember, "tweaks": tweaks})


def _against(one: str, other: str) -> bool:
    """Whether two changes pull against each other, or are about the same thing."""
    return one == other or {one, other} in OPPOSITES or (" " in one and one.split()[1:] == other.split()[1:])


def decide(story: Story, text: str, shot: str, look: str = "", context: dict[str, Any] | None = None) -> Move:
    """Put a wish for a shot to the rules, with what is known of it beside its words (`context`). What stood before is
    kept, should they choose what can't run here."""
    args = {"text": text, "shot": title(story, shot), "context": context or {}, "language": story.language}
    call = Call("choose_model", args)
    stood = {k: story.memory.get(k, "") for k in ("wish", "look", "shot", "still", "asks")}
    again = {"tweaks": []} if text != story.memory.get("wish") else {}
    remember = {
        "wish": text,
        "look": look,
        "shot": shot,
        "still": "",
        **again,
        "facts": {},
        "later": "",
        "amount": {},
        "given": {},
        "stood": stood,
        "context": context or {},
        **OF_A_WISH,
    }
    return Move(calls=(call,), remember=remember)


def _known(story: Story, shot: str) -> bool:
    return shot in {s["name"] for s in story.shots}


def best_shot(story: Story, among: tuple[str, ...] = ()) -> str:
    """The shot to settle a look on: one with people or motion before a still one, then the longest, then the first."""
    shots = [s for s in story.shots if not among or s["name"] in among]
    return max(shots, key=lambda s: (_lively(s), s["frames"]))["name"]


def _lively(shot: dict[str, Any]) -> bool:
    facts = shot.get("facts", {})
    return bool(facts.get("people_count")) or facts.get("motion_level", "static") != "static"


def title(story: Story, name: str) -> str:
    """`PROJECT/010`, as tools take it."""
    return f"{story.situation['project']}/{name}"


def one_look(story: Story, heard: Heard) -> Move:
    """Two looks are named and one is wanted."""
    choices = heard.looks_said
    told = story.say("which_look", looks=story.words.joined(choices, "list_or"))
    return ask_wish(story, told)._replace(choices=choices)


def proposed(story: Story) -> Move:
    """A bare yes to the question for a look: the first that was proposed, once it is named."""
    told = story.say("maybe_wish", words=story.say(LOOKS_PROPOSED[0]))
    return _maybe(story, told, ENGLISH.say(LOOKS_PROPOSED[0]))


def _maybe(story: Story, text: str, words: str, shot: str = "") -> Move:
    """Ask whether the shot (the one at hand where none is named) shall become what the words say."""
    remember = {"maybe": words, "maybe_shot": shot or story.memory.get("shot", "")}
    return Move(text, asks="maybe", question=text, choices=story.yes_no, remember=remember)


def maybe_wish(story: Story, heard: Heard) -> Move:
    """Words that may be a look or small talk, where a look was asked for: ask before anything is made of them."""
    words = story.said.strip().rstrip(".!")
    if heard.talks or heard.asks or len(words.split()) > LONG_LOOK or not _wordlike(words):
        return ask_wish(story, story.say("no_wish_heard"))
    return _maybe(story, story.say("maybe_wish", words=words), words)


def _wordlike(text: str) -> bool:
    """Whether most of it can be said aloud: "asdkjfh" can't."""
    words = re.findall(r"[^\W\d_]{2,}", text.casefold())
    bare = ["".join(c for c in unicodedata.normalize("NFD", w) if not unicodedata.combining(c)) for w in words]
    said = [w for w in bare if not w.isascii() or (re.search("[aeiouy]", w) and not re.search("[^aeiouy]{5}", w))]
    return len(said) * 2 > len(bare)


def wish_confirmed(story: Story, heard: Heard) -> Move:
    """A yes or no to "shall it become that?"."""
    if heard.act != "yes":
        return ask_wish(story, story.say("no_wish_heard"))
    look, shot = story.memory["maybe"], story.memory.get("maybe_shot", "")
    return decide(story, f"make it look like {look}", shot if _known(story, shot) else best_shot(story), look=look)


def chosen(story: Story) -> Move:
    """The rules have answered: ask their one question, or say the choice and write the prompts."""
    choice = story.fresh[0].result
    if choice["question"] and not story.memory.get("facts"):
        return _ask_fact(story, choice["question"], choice.get("asks", ""))
    model = video_model(choice)
    spec = catalog().spec(model, best_profile(model))
    try:
        runnable(spec)
    except PrerequisiteError:
        return _not_here(story, choice, model, "not_here")
    from agent.brains import rules_mask
    from agent.brains.rules_prompt import writing

    if rules_mask.takes_mask(spec):
        return rules_mask.first(story, choice, model)
    if catalog().models[model].kind in ("video", "finish") and not rules_mask.follows_still(model):
        remember = {"facts": {}, "model": model, "amount": {}, "move": {}}
        return Move(model_told(story, choice, model), (at_once(story, choice, model),), remember=remember)
    return Move(_choice_told(story, choice, model), writing(story, model), remember={"facts": {}, "model": model})


def is_of(track: dict[str, Any], kind: str) -> bool:
    """Whether a render is by a model of that kind; one that came back from elsewhere is by none of the catalog's."""
    model = catalog().models.get(track["model"])
    return model is not None and model.kind == kind


def at_once(story: Story, choice: dict[str, Any], model: str) -> Call:
    """The test of a model that follows no still."""
    from agent.brains.rules_still import bounds

    known = catalog().models[model].settings
    settings = {name: value for name, value in choice["settings"].items() if name in known}
    args = {"shot": title(story, story.memory["shot"]), "model": model}
    settings, more = bounds(story, {**settings, **story.memory.get("amount", {})}, known)
    return Call("test_render", {**args, "settings": settings, **more})


def _not_here(story: Story, choice: dict[str, Any], model: str, why: str) -> Move:
    """The right model can't run here: say so, say what can, and leave everything as it stood."""
    stood = story.memory.get("stood", {})
    told = paragraph(model_told(story, choice, model), story.say(why, model=model_label(model)))
    restored = {k: stood.get(k, "") for k in ("wish", "look", "shot", "still")}
    if look := story.memory.get("look"):  # a part of the wish that can be made here
        alone = _maybe(story, story.say("look_alone", look=look), look)
        return alone._replace(text=paragraph(told, alone.text), remember={**restored, **alone.remember})
    text = paragraph(told, story.say("can_here"))
    if stood.get("asks") != "still":
        return ask_wish(story, text)._replace(remember=restored)
    text = paragraph(text, story.say("still_waits"))
    return Move(text, asks="still", question=story.say("still_ask"), choices=story.yes_no, remember=restored)


def video_model(choice: dict[str, Any]) -> str:
    """The model that will render the video: the next to run, or the first after the still."""
    if choice["model"] != STILL_MODEL:
        return choice["model"]
    return next((p["model"] for p in choice["passes"] if p["model"] != STILL_MODEL), STILL_MODEL)


def model_told(story: Story, choice: dict[str, Any], model: str) -> str:
    by_rule = {b["rule"]: b["text"] for b in choice["because"]}
    picks = [t for r, t in by_rule.items() if r.startswith("model.") and r != "model.04"]
    if story.memory.get("part") and MASKED_PART in by_rule:
        picks = [by_rule[MASKED_PART]]  # the look is for that part alone, so it is no pass of its own
    because = paragraph(*picks[:REASONS_TOLD]) or next(iter(by_rule.values()), "")
    return story.say("choice", model=model_label(model), because=because)


def _choice_told(story: Story, choice: dict[str, Any], model: str) -> str:
    stood = story.memory.get("stood", {})
    if (stood.get("shot"), story.memory.get("model")) == (story.memory["shot"], model) and stood.get("wish"):
        return story.say("choice_again")
    by_rule = {b["rule"]: b["text"] for b in choice["because"]}
    sentences = [model_told(story, choice, model)]
    if choice["control"]:
        control = next((t for r, t in by_rule.items() if r.startswith("control.")), "")
        label = catalog().controls[choice["control"]].label
        sentences.append(story.say("choice_control", control=label, because=control))
    passes = [p["model"] for p in choice["passes"] if p["model"] != STILL_MODEL]
    if len(passes) > 1 and not story.memory.get("part"):
        named = story.words.joined(model_label(p) for p in passes)
        sentences.append(story.say("choice_passes", count=len(passes), passes=named))
    sentences.append(_shot_told(story))
    return paragraph(*sentences)


def _shot_told(story: Story) -> str:
    """Which shot comes first, and why that one."""
    name = story.memory["shot"]
    if len(story.shots) == 1 or story.memory.get("source"):
        return story.say("choice_still")
    shot = next(s for s in story.shots if s["name"] == name)
    if name != best_shot(story):
        return story.say("choice_shot", shot=name)
    return story.say("choice_shot_lively" if _lively(shot) else "choice_shot_longest", shot=name)


def _ask_fact(story: Story, question: str, asked: str) -> Move:
    """Ask for the fact whose answer would change the choice, with the likeliest answer first."""
    fact = catalog().facts.get(asked)
    said = {value: story.words.quote(label) for value, label in fact.choices.items()} if fact else {}
    said = said or dict(zip(("yes", "no"), story.yes_no, strict=True))
    choices = tuple(said.values())
    proposed = said.get(fact.proposed if fact else "", "") or choices[0]
    ordered = (proposed, *(c for c in choices if c != proposed))
    text = story.say("asking_fact", question=question, proposed=proposed)
    return Move(text, asks="fact", question=question, choices=ordered, remember={"asked": asked, "asking": question})


def fact_answered(story: Story, heard: Heard) -> Move:
    """The one question has its answer: decide again with it. Words that are no answer leave the question open."""
    fact = catalog().facts.get(story.memory.get("asked", ""))
    value = _value_said(story, fact, heard) if fact else ""
    if not fact:
        asked = ask_wish(story, story.say("no_wish_heard"))
        return asked._replace(text=paragraph(story.say("no_answer_heard"), asked.text))
    if not value:
        asked = _ask_fact(story, story.words.quote(fact.ask), fact.id)
        return asked._replace(text=paragraph(story.say("no_answer_heard"), asked.text))
    args = {"text": story.memory["wish"], "shot": title(story, story.memory["shot"]), "language": story.language}
    call = Call("choose_model", {**args, "context": {**story.memory.get("context", {}), fact.id: value}})
    return Move(calls=(call,), remember={"facts": {fact.id: value}})


def picked(story: Story) -> str:
    """The value behind one of the proposed answers, said word for word, in English or the talk's language."""
    words, fact = story.said.strip().rstrip(".。").lower(), catalog().facts.get(story.memory.get("asked", ""))
    for value, label in fact.choices.items() if fact else ():
        if words in (value.lower(), *(said.rstrip(".。").lower() for said in (label, story.words.quote(label)))):
            return value
    return ""


def _value_said(story: Story, fact: Any, heard: Heard) -> str:
    """The value an answer means: that of the proposed words, or of a yes or no, or what the words say of the fact."""
    if value := picked(story):
        return value
    meant = heard.after or heard.act
    if meant in ("yes", "no"):
        if fact.kind == "yes_no":
            return meant
        if meant == "yes":
            return fact.proposed
        others = [v for v in fact.choices if v != fact.proposed]
        return others[0] if len(others) == 1 else ""
    return str(reading.read(story.said).facts.get(fact.id, ""))


def noted(story: Story, notes: list[str]) -> list[str]:
    """Notes of the engine as sentences, less those that the brain says in words of its own: that it is a preview, and
    an estimate; nor what only a colourist asks of a file. The engine writes English, so others hear it quoted."""
    told = [
        n.strip()
        for n in notes
        if not re.match(
            r"(preview\b|estimate\b|painted style \d+, as|the file names no colour matrix)", n.strip(), re.IGNORECASE
        )
    ]
    sentences = (n[:1].upper() + n[1:] + ("" if n.endswith((".", "?", "。", "？")) else ".") for n in told)
    return [story.say("note", note=n) for n in sentences]
