"""The documents the landscape cites, by name. Each was read at its address when the facts of the record were gathered."""

from functools import cache

from leaps.core.documents import Citation

_SOURCES = (
    ("leaps-about", "LEAPS – League of European Accelerator-based Photon Sources, about the league.", "https://www.leaps-initiative.eu/about/"),
    ("leaps-plenary-2018", "DESY: First LEAPS plenary meeting at DESY, November 2018.", "https://photon-science.desy.de/news__events/news__highlights/archive/archive_of_2018/first_leaps_plenary_meeting_at_desy/index_eng.html"),
    ("esaps-2022", "PaNOSC: European Strategy on Accelerator-based Photon Sources (ESAPS) 2022 published.", "https://www.panosc.eu/news/european-strategy-on-accelerator-based-photon-sources-esaps-2022-published/"),
    ("esfri-landscape-2024", "ESFRI: Landscape Analysis 2024.", "https://landscape2024.esfri.eu/landscape-analysis/"),
    ("arie-missions", "ESFRI: ARIE release joint position paper on the Horizon Europe missions.", "http://esfri.eu/project-landmarks-news/arie-release-joint-position-paper-horizon-europe-missions"),
    ("esuo", "LEAPS: European Synchrotron and FEL User Organisation (ESUO) in the consortium.", "https://www.leaps-initiative.eu/consortium/esuo/"),
    ("sovereignty-panel", "LEAPS: panel discussion on the role of research infrastructures in Europe's technological sovereignty.", "https://www.leaps-initiative.eu/what-role-do-european-research-infrastructures-play-in-shaping-the-continents-technological-sovereignty-a-high-level-eu-policy-panel-discussion"),
    ("lens-roadmap", "LENS: latest ESFRI Roadmap recognises the role of LENS.", "https://lens-initiative.org/2021/12/07/latest-esfri-roadmap-recognises-lens-role-in-strengthening-european-science-and-innovation/"),
)  # fmt: skip


@cache
def all_sources() -> dict[str, Citation]:
    """Every document by its name."""
    return {name: Citation(name, text, url) for name, text, url in _SOURCES}
