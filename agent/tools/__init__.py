"""Every verb an artist can ask for, in the order of the road."""

from agent.tool import Tool, tool
from agent.tools.cancel_jobs import cancel_jobs
from agent.tools.choose_model import choose_model
from agent.tools.compare import compare
from agent.tools.describe_shot import describe_shot
from agent.tools.export import export
from agent.tools.hand_off import hand_off
from agent.tools.import_clip import import_clip
from agent.tools.make_mask import make_mask
from agent.tools.measure import measure
from agent.tools.modify_frame import modify_frame
from agent.tools.pin_render import pin_render
from agent.tools.plan_render import plan_render
from agent.tools.render_full import render_full
from agent.tools.report import report
from agent.tools.resume_jobs import resume_jobs
from agent.tools.save_preset import save_preset
from agent.tools.search_guide import search_guide
from agent.tools.sequence import sequence
from agent.tools.split_shots import split_shots
from agent.tools.test_render import test_render
from agent.tools.troubleshoot import troubleshoot
from agent.tools.write_prompt import write_prompt

TOOLS: tuple[Tool, ...] = (
    tool(import_clip),
    tool(split_shots),
    tool(describe_shot),
    tool(choose_model),
    tool(write_prompt),
    tool(modify_frame),
    tool(make_mask),
    tool(plan_render),
    tool(test_render),
    tool(render_full),
    tool(measure),
    tool(troubleshoot),
    tool(compare),
    tool(search_guide),
    tool(export),
    tool(report),
    tool(hand_off),
    tool(pin_render),
    tool(sequence),
    tool(save_preset),
    tool(cancel_jobs),
    tool(resume_jobs),
)
