"""The errors Rushes raises on purpose, and what becomes of each.

    RushesError                 one sentence for a person: what, why, what to do
      InputError                footage, a name, a file or a range that was given can't be used     exit 1
      SettingError              one or more settings refused, every fault named at once             exit 1
      ApprovalNeeded            the gates ask for a test or a yes first                             exit 1
      RenderError               a job failed; advice is looked up                                   exit 1
      PrerequisiteError         weights, a package, memory or a key is missing; carries the command exit 3
      Cancelled                 somebody asked this job to stop                                     exit 130

Anything else that is raised is a bug and ends with exit 70 and a traceback in the log.
"""


class RushesError(Exception):
    """Base of all expected errors. `str(error)` is one sentence that may be shown as it is."""

    exit_code = 1


class InputError(RushesError):
    """Something the artist gave (footage, name, id, file, range) can't be used."""


class SettingError(RushesError):
    """Settings that are refused. `faults` holds one sentence for each, with the allowed range."""

    def __init__(self, faults: list[str]):
        self.faults = list(faults)
        super().__init__(" ".join(self.faults))


class ApprovalNeeded(RushesError):
    """The gates of the contract ask for something first. `needs` names it: `test`, `approval` or both."""

    def __init__(self, sentence: str, needs: list[str]):
        self.needs = list(needs)
        super().__init__(sentence)


class RenderError(RushesError):
    """A job failed for a reason that can be told."""


class PrerequisiteError(RushesError):
    """Something is missing on this machine. `command` is what mends it, or empty where nothing can."""

    exit_code = 3

    def __init__(self, sentence: str, command: str = ""):
        self.command = command
        super().__init__(f"{sentence} Run: {command}" if command else sentence)


class Cancelled(RushesError):
    """The job was asked to stop; what is written stays and `rushes jobs resume` goes on."""

    exit_code = 130
