"""GPT Image as a still model, by OpenAI's own package."""

from engine.errors import SettingError
from engine.models.hosted_edit import LONGEST_WAIT_S, HostedEdit, Sent, decoded, said
from engine.models.still_frame import canvas_of_area
from engine.sampling.canvas import Canvas


class GptImage(HostedEdit):
    """GPT Image 2. It takes any size on a grid of 16 in a shape from 1:3 to 3:1 (openai package, `images.edit`)."""

    provider = "OpenAI"
    takes_mask = True
    keys = ("OPENAI_API_KEY",)
    model = "gpt-image-2"
    least_area, most_area = 1024 * 1024, 2560 * 1440
    """Pixels between which it is asked for pictures: more is experimental, less is dear for what it shows."""

    def canvas(self, width: int, height: int) -> Canvas:
        if max(width, height) > 3 * min(width, height):
            raise SettingError(
                [f"GPT Image takes no picture as narrow as {width}x{height}: at most three times as long."]
            )
        return canvas_of_area(width, height, self.least_area, self.most_area)

    def send(self, sent: Sent, key: str) -> bytes:
        import openai

        images = [("frame.png", sent.frame, "image/png")]
        images += [(f"reference_{i}.png", data, "image/png") for i, data in enumerate(sent.references, start=1)]
        mask = openai.omit if sent.mask is None else ("mask.png", sent.mask, "image/png")
        try:
            with openai.OpenAI(api_key=key, max_retries=0, timeout=LONGEST_WAIT_S) as client:
                answer = client.images.edit(
                    model=self.model,
                    image=images,
                    mask=mask,
                    prompt=sent.words,
                    size=f"{sent.size[0]}x{sent.size[1]}",
                    quality=self.quality,
                    output_format="png",
                    n=1,
                )
        except openai.APIStatusError as error:
            if error.code in ("moderation_blocked", "content_policy_violation"):
                raise self.against_policy() from None
            wait_s = error.response.headers.get("retry-after", "")
            raise self.refusal(error.status_code, said(error.body), key, wait_s) from None
        except (openai.OpenAIError, ValueError):
            raise self.broken_off() from None
        pictures = getattr(answer, "data", None)  # the package hands on, as text, what is no JSON
        return decoded((pictures[0].b64_json if pictures else "") or "")
