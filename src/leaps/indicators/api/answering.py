"""What operations share: parts of their addresses."""

from uuid import UUID

from ninja import P, PathEx

Year = PathEx[int, P(description="Calendar year.")]
FacilityKey = PathEx[str, P(description="Key of the facility.")]
ReturnId = PathEx[UUID, P(description="The id that sending it was answered with.")]
