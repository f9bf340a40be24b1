"""The planner: what comes next, from who spoke last and what stands. Hands each subject to the module that knows it."""

from agent.brains import rules_deliver, rules_look, rules_news, rules_repair
from agent.brains.rules_hear import hear
from agent.brains.rules_story import Call, Done, Move, Story
from agent.brains.rules_words import paragraph, say


def next_move(story: Story) -> Move:
    """The next move of the talk."""
    if story.fresh:
        return _after_calls(story)
    if story.news:
        return rules_news.tell(story)
    return _answer(story)


def _after_calls(story: Story) -> Move:
    """The calls of the last step have their answers: explain a refusal, or go on."""
    failed = [d for d in story.fresh if not d.ok]
    if failed:
        return _explain(story, failed[0])
    match story.fresh[0].name:
        case "import_clip":
            return rules_look.imported(story)
        case "choose_model":
            return rules_look.chosen(story)
        case "write_prompt":
            return rules_look.written(story)
        case "modify_frame":
            return rules_look.still_submitted(story)
        case "test_render":
            return rules_look.test_submitted(story)
        case "troubleshoot":
            return rules_repair.moved(story)
        case "plan_render":
            return rules_deliver.planned(story)
        case "render_full":
            return rules_deliver.full_submitted(story)
        case "export":
            return rules_deliver.exporting(story)
        case "cancel_jobs":
            return rules_deliver.cancelled(story)
        case "report":
            return Move(say("report_done", path=story.fresh[0].result["path"]))
    return Move(rules_deliver.next_step(story))


def _explain(story: Story, failed: Done) -> Move:
    """Why a call did not run, and what to do about it."""
    problem = failed.result
    if problem.get("rejected"):
        return Move(say("rejected"))
    if problem.get("kind") == "gate" and "test" in problem.get("needs", ()):
        return rules_look.test_first(story, failed)
    if "kind" not in problem:
        return Move(say("interrupted", what=failed.name.replace("_", " ")))
    fix = (
        say("refused_fix", fix=problem["fix"]) if problem.get("fix") and problem["fix"] not in problem["error"] else ""
    )
    return Move(paragraph(say("refused", error=problem["error"]), fix))


def _answer(story: Story) -> Move:
    """The artist said something."""
    if story.handed:
        return rules_look.import_files(story)
    heard = hear(story)
    if heard.act == "status":
        return rules_deliver.status(story)
    if heard.act == "cancel":
        return rules_deliver.cancel(story)
    if heard.act == "why":
        return rules_deliver.why(story)
    if heard.act == "help":
        return rules_deliver.help_out(story)
    if not story.shots:
        return rules_look.without_footage(story, heard)
    if story.late and story.memory.get("asks") and heard.act in ("yes", "no"):
        return Move(say("late"), asks=story.memory["asks"], choices=("yes", "no"))
    match story.memory.get("asks", ""), heard.act:
        case "fact", _:
            return rules_look.fact_answered(story, heard)
        case "still", "yes":
            return rules_look.test(story)
        case "still", "no":
            return rules_look.still_refused(story, heard)
        case "symptom", _ if heard.act in ("", "yes", "no", "symptom"):
            return rules_repair.told_apart(story, heard)
        case "format", _ if heard.format:
            return rules_deliver.export(story, heard)
        case "test", "yes":
            return rules_look.test(story)
    match heard.act:
        case "symptom":
            return rules_repair.complain(story, heard)
        case "export":
            return rules_deliver.export(story, heard)
        case "render_full":
            return rules_deliver.full(story, heard)
        case "report":
            return Move(calls=(Call("report", {"subject": story.situation["project"]}),))
        case "test":
            return rules_look.test(story)
        case "restyle":
            return rules_look.wish(story, story.said, heard)
        case "no":
            return Move(say("not_yet_no"))
        case "yes":
            return Move(say("yes_to_nothing", next=rules_deliver.next_step(story)))
    if story.memory.get("asks") == "still":
        return rules_look.still_refused(story, heard)
    if story.memory.get("asks") == "wish":
        return rules_look.wish(story, story.said, heard)
    return Move(say("unknown", next=rules_deliver.next_step(story)))
