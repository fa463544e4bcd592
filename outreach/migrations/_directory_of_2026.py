"""The public directory of offices and programmes against trafficking, as migration 0002 seeds it.

Names and places in the tree are those of the departments' own public pages; an address is given
only where it is the office's own and long-lived.
"""

from collections.abc import Iterator
from dataclasses import dataclass

DEPARTMENT, BUREAU, PROGRAMME = "department", "bureau", "programme"
TASK_FORCE, RAILROAD, NGO, STATE_OFFICE = "task_force", "railroad", "ngo", "state_office"


@dataclass(frozen=True, slots=True)
class AgencyFact:
    """One office with those beneath it; ``areas`` are USPS codes, ``US`` for the nation."""

    name: str
    acronym: str
    kind: str
    description: str
    website: str = ""
    level: str = "federal"
    areas: tuple[str, ...] = ("US",)
    within: tuple["AgencyFact", ...] = ()


DIRECTORY: tuple[AgencyFact, ...] = (
    AgencyFact(
        "Department of Defense",
        "DoD",
        DEPARTMENT,
        "Defense.",
        "https://www.defense.gov",
        within=(
            AgencyFact(
                "Combating Trafficking in Persons Program Management Office",
                "CTIP",
                PROGRAMME,
                "Training and policy for service members, civilians and contractors.",
                "https://ctip.defense.gov",
            ),
        ),
    ),
    AgencyFact(
        "Department of Health and Human Services",
        "HHS",
        DEPARTMENT,
        "Health and human services.",
        "https://www.hhs.gov",
        within=(
            AgencyFact(
                "Office on Trafficking in Persons",
                "OTIP",
                BUREAU,
                "Certification and eligibility letters, services, and the grant behind the national hotline.",
                "https://www.acf.hhs.gov/otip",
            ),
        ),
    ),
    AgencyFact(
        "Department of Homeland Security",
        "DHS",
        DEPARTMENT,
        "Homeland security.",
        "https://www.dhs.gov",
        within=(
            AgencyFact(
                "Blue Campaign",
                "",
                PROGRAMME,
                "Public awareness: material for the public, for trades and for first responders.",
                "https://www.dhs.gov/blue-campaign",
            ),
            AgencyFact(
                "Homeland Security Investigations",
                "HSI",
                BUREAU,
                "Federal investigations; part of Immigration and Customs Enforcement.",
                "https://www.dhs.gov/hsi",
                within=(
                    AgencyFact(
                        "Center for Countering Human Trafficking",
                        "CCHT",
                        PROGRAMME,
                        "The department's work on trafficking in one place; seminars at schools and colleges.",
                        "https://www.dhs.gov/ccht",
                    ),
                ),
            ),
            AgencyFact(
                "Transportation Security Administration",
                "TSA",
                BUREAU,
                "Security of transport.",
                "https://www.tsa.gov",
                within=(
                    AgencyFact(
                        "Federal Air Marshal Service",
                        "FAMS",
                        BUREAU,
                        "Takes part in the distribution of posters in stations and on trains.",
                    ),
                ),
            ),
            AgencyFact(
                "U.S. Citizenship and Immigration Services",
                "USCIS",
                BUREAU,
                "T and U visas, continued presence follow-up.",
                "https://www.uscis.gov",
            ),
        ),
    ),
    AgencyFact(
        "Department of Justice",
        "DOJ",
        DEPARTMENT,
        "Justice.",
        "https://www.justice.gov",
        within=(
            AgencyFact(
                "Child Exploitation and Obscenity Section",
                "CEOS",
                BUREAU,
                "Criminal Division: sexual exploitation of children.",
                "https://www.justice.gov/criminal/criminal-ceos",
            ),
            AgencyFact(
                "Drug Enforcement Administration",
                "DEA",
                BUREAU,
                "Publishes a directory of partners and resources.",
                "https://www.dea.gov",
            ),
            AgencyFact(
                "Federal Bureau of Investigation",
                "FBI",
                BUREAU,
                "Federal investigations, task forces with local police.",
                "https://www.fbi.gov",
            ),
            AgencyFact(
                "Human Trafficking Prosecution Unit",
                "HTPU",
                BUREAU,
                "Civil Rights Division: prosecutions of forced labor and sex trafficking.",
                "https://www.justice.gov/crt/human-trafficking-prosecution-unit-htpu",
            ),
            AgencyFact(
                "Office of Justice Programs",
                "OJP",
                BUREAU,
                "Grants, research and statistics.",
                "https://www.ojp.gov",
                within=(
                    AgencyFact(
                        "Bureau of Justice Assistance",
                        "BJA",
                        BUREAU,
                        "Grants and training for task forces.",
                        "https://bja.ojp.gov",
                    ),
                    AgencyFact(
                        "Bureau of Justice Statistics", "BJS", BUREAU, "National statistics.", "https://bjs.ojp.gov"
                    ),
                    AgencyFact("National Institute of Justice", "NIJ", BUREAU, "Research.", "https://nij.ojp.gov"),
                    AgencyFact(
                        "Office for Victims of Crime",
                        "OVC",
                        BUREAU,
                        "Grants for services, a directory of service providers, training.",
                        "https://ovc.ojp.gov",
                        within=(
                            AgencyFact(
                                "Enhanced Collaborative Model task forces",
                                "ECM",
                                TASK_FORCE,
                                "Police, prosecutors and service providers of one region, funded with BJA.",
                            ),
                        ),
                    ),
                    AgencyFact(
                        "Office of Juvenile Justice and Delinquency Prevention",
                        "OJJDP",
                        BUREAU,
                        "Children and young people; funds the Internet Crimes Against Children task forces.",
                        "https://ojjdp.ojp.gov",
                        within=(
                            AgencyFact(
                                "Internet Crimes Against Children task forces",
                                "ICAC",
                                TASK_FORCE,
                                "A national network of regional task forces.",
                                "https://www.icactaskforce.org",
                            ),
                        ),
                    ),
                ),
            ),
            AgencyFact(
                "U.S. Attorney's Office, Northern District of Mississippi",
                "USAO-NDMS",
                BUREAU,
                "Federal prosecution in northern Mississippi.",
                "https://www.justice.gov/usao-ndms",
                areas=("MS",),
            ),
            AgencyFact(
                "U.S. Attorney's Office, Southern District of Mississippi",
                "USAO-SDMS",
                BUREAU,
                "Federal prosecution in southern Mississippi.",
                "https://www.justice.gov/usao-sdms",
                areas=("MS",),
            ),
        ),
    ),
    AgencyFact(
        "Department of Labor",
        "DOL",
        DEPARTMENT,
        "Labor.",
        "https://www.dol.gov",
        within=(
            AgencyFact(
                "Bureau of International Labor Affairs",
                "ILAB",
                BUREAU,
                "Forced and child labor in supply chains.",
                "https://www.dol.gov/agencies/ilab",
            ),
            AgencyFact(
                "Office of Inspector General",
                "DOL-OIG",
                BUREAU,
                "Investigations, restitution.",
                "https://www.oig.dol.gov",
            ),
            AgencyFact(
                "Wage and Hour Division",
                "WHD",
                BUREAU,
                "Wages, hours, certification for T and U visas.",
                "https://www.dol.gov/agencies/whd",
            ),
        ),
    ),
    AgencyFact(
        "Department of State",
        "DOS",
        DEPARTMENT,
        "Foreign affairs.",
        "https://www.state.gov",
        within=(
            AgencyFact(
                "Office to Monitor and Combat Trafficking in Persons",
                "J/TIP",
                BUREAU,
                "The yearly Trafficking in Persons Report, work with other governments.",
            ),
        ),
    ),
    AgencyFact(
        "Department of Transportation",
        "DOT",
        DEPARTMENT,
        "Directed by P.L. 117-301 to seek posting in the restrooms of passenger trains and railroad stations.",
        "https://www.transportation.gov",
    ),
    AgencyFact(
        "Human Smuggling and Trafficking Center",
        "HSTC",
        TASK_FORCE,
        "Joint centre of several departments for information on smuggling and trafficking.",
    ),
    AgencyFact(
        "National Railroad Passenger Corporation",
        "Amtrak",
        RAILROAD,
        "Intercity trains and their stations.",
        "https://www.amtrak.com",
        level="private",
        within=(
            AgencyFact(
                "Amtrak Police Department",
                "APD",
                RAILROAD,
                "Police of stations and trains.",
                "https://police.amtrak.com",
                level="private",
            ),
        ),
    ),
    AgencyFact(
        "Compass Connections",
        "",
        NGO,
        "Operates the National Human Trafficking Hotline since 22 September 2025.",
        level="private",
    ),
    AgencyFact(
        "National Center for Missing & Exploited Children",
        "NCMEC",
        NGO,
        "The CyberTipline; missing and exploited children.",
        "https://www.missingkids.org",
        level="private",
    ),
    AgencyFact(
        "National Runaway Safeline",
        "NRS",
        NGO,
        "Line for young people away from home.",
        "https://www.1800runaway.org",
        level="private",
    ),
    AgencyFact(
        "Polaris",
        "",
        NGO,
        "Operated the national hotline until September 2025.",
        "https://polarisproject.org",
        level="private",
    ),
    AgencyFact(
        "Coalition to Abolish Slavery & Trafficking",
        "CAST",
        NGO,
        "Services in California; its number stands on California's notice.",
        "https://www.castla.org",
        level="private",
        areas=("CA",),
    ),
    AgencyFact(
        "Mississippi Department of Child Protection Services",
        "MDCPS",
        STATE_OFFICE,
        "Takes the reports that must be made when the victim is under 18.",
        "https://www.mdcps.ms.gov",
        level="state",
        areas=("MS",),
    ),
    AgencyFact(
        "Mississippi Department of Public Safety",
        "MS DPS",
        STATE_OFFICE,
        "Names the state's human trafficking coordinator.",
        "https://www.dps.ms.gov",
        level="state",
        areas=("MS",),
    ),
    AgencyFact(
        "Mississippi State Department of Health",
        "MSDH",
        STATE_OFFICE,
        "Publishes definitions and warning signs.",
        "https://msdh.ms.gov",
        level="state",
        areas=("MS",),
    ),
)


def walk(
    facts: tuple[AgencyFact, ...] = DIRECTORY, parent: AgencyFact | None = None
) -> Iterator[tuple[AgencyFact, AgencyFact | None]]:
    """Every office with the one above it, parents before children."""
    for fact in facts:
        yield fact, parent
        yield from walk(fact.within, fact)
