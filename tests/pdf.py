"""PDFs before a judge that is not ours: page, whose rules are tried on the corpus of veraPDF."""

import page

PROFILES = ("ua1", "2a")
"""What our documents claim: PDF/UA-1 and PDF/A-2a."""


def broken_rules(pdf: bytes) -> list[tuple[str, str, str]]:
    """Profile, rule and words of everything in which a PDF breaks what it claims; empty for a clean one."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in PROFILES]
    assert all(report.rules.total > 100 for report in reports)
    return [(report.profile.value, fault.rule_id, fault.message) for report in reports for fault in report.failures]
