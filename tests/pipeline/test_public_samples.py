"""Public files of kinds and years that are not at hand, each in a small file with the publisher's headers and habits."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
import xlsxwriter

from orchestration.readers import check_file
from tests.conftest import served, turncurve

EES = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
EES += "new_la_code,la_name"
PLACE = "E92000001,England,E12000008,South East"
WHERE = f"School,{PLACE},936,E10000030,Surrey"
AUTHORITY = f"Local authority,{PLACE},936,E10000030,Surrey"
TODAY = (
    f"{EES},school_urn,school_laestab,school_name,education_phase,sex,ethnicity_major,headcount,suspension,susp_rate,"
    "perm_excl,perm_excl_rate\n"
    f"202324,Academic year,{WHERE},902001,9362001,Oak School,State-funded primary,Total,Total,200,4,2,0,0\n"
    f"202324,Academic year,{WHERE},902001,9362001,Oak School,State-funded primary,Female,Total,90,c,c,0,0\n"
    f"202324,Academic year,{WHERE},902001,9362001,Oak School,State-funded primary,Total,Ethnicity A,20,1,5,0,0\n"
    f"202324,Academic year,{WHERE},902002,9362002,Elm School,State-funded primary,Total,Total,300,x,x,z,z\n"
    f"202324,Academic year,{WHERE},902003,9362003,Ash School,A new word,Total,Total,300,low,low,600,200\n"
    f"202223,Academic year,{WHERE},902002,9362002,Elm School,State-funded primary,Total,Total,290,u,u,:,~\n"
    f"202324,Autumn term,{WHERE},902001,9362001,Oak School,State-funded primary,Total,Total,200,2,1,0,0\n"
    f"202324,Academic year,Local authority,{PLACE},936,E10000030,Surrey,,,,Total,Total,Total,150000,9000,6,150,0.1\n"
    f"202324,Academic year,Local authority,{PLACE},936,E10000030,Surrey,,,,State-funded primary,Total,Total,1,1,1,0,0\n"
    f"202324,Academic year,Regional,{PLACE},,,,,,,Total,Total,Total,900000,5,6,1,0.1\n"
    "202324,Academic year,National,E92000001,England,,,,,,,,,Total,Total,Total,8400000,950000,11.31,10900,0.13\n"
    "202324,Academic year,National,E92000001,England,,,,,,,,,State-funded primary,Total,Total,4600000,9,2.1,1,0.02\n"
)
META = (
    "col_name,col_type,label,indicator_grouping,indicator_unit,indicator_dp,filter_hint,filter_grouping_column\n"
    "education_phase,Filter,Phase,,,,,\nsex,Filter,Sex,,,,,\nethnicity_major,Filter,Ethnicity,,,,,\n"
    "headcount,Indicator,Pupils,,,,,\nsuspension,Indicator,Suspensions,,,,,\nsusp_rate,Indicator,Rate,,%,,,\n"
    "perm_excl,Indicator,Permanent,,,,,\nperm_excl_rate,Indicator,Rate,,%,,,\n"
)
THEN = (
    f"{EES},laestab,school_type,headcount,perm_excl,perm_excl_rate,fixed_excl,fixed_excl_rate\n"
    # number 2010 was a school that closed in 2010, and was given to another in 2013
    f"200910,Academic year,{WHERE},9362010,State-funded primary,100,0,0,7,7\n"
    f"201415,Academic year,{WHERE},9362010,State-funded primary,100,0,0,x,x\n"
    # number 2020: a community school until it became an academy in 2012
    f"200910,Academic year,{WHERE},9362020,State-funded primary,100,0,0,3,3\n"
    f"201415,Academic year,{WHERE},9362020,State-funded primary,100,0,0,4,4\n"
    # a number nobody knows
    f"201415,Academic year,{WHERE},9369999,State-funded primary,0,0,.,0,.\n"
)
ABSENCE = (
    f"{EES},school_urn,school_laestab,school_type,enrolments,sess_overall_percent,enrolments_pa_10_exact,"
    "enrolments_pa_10_exact_percent\n"
    f"201819,Academic year,{WHERE},902001,9362001,State-funded primary,198,4.44,20,10.1\n"
    f"201920,Academic year,{WHERE},902001,9362001,State-funded primary,199,5.55,30,15.08\n"
)
EES_KS4 = (
    f"{EES},school_laestab,school_urn,school_name,version,establishment_type_group,breakdown_topic,breakdown,sex,"
    "disadvantage_status,pupil_count,attainment8_average,progress8_pupil_count,progress8_average,progress8_lower_95_ci,"
    "progress8_upper_95_ci\n"
    f"202324,Academic year,{WHERE},9364001,902101,Beech School,Revised,Converter academies,Total,Total,Total,Total,150,"
    "48.1,140,0.2,0.01,0.39\n"
    f"202324,Academic year,{WHERE},9364001,902101,Beech School,Revised,Converter academies,Disadvantage status,"
    "Disadvantaged,Total,Disadvantaged,30,40.5,28,z,z,z\n"
    f"202324,Academic year,{WHERE},9364001,902101,Beech School,Revised,Converter academies,Sex and disadvantage,"
    "Total,Boys,Disadvantaged,14,39,13,c,c,c\n"
    "202324,Academic year,National,E92000001,England,,,,,,,,,Revised,All schools,Total,Total,Total,Total,650000,"
    "43.5,,z,z,z\n"
    "202324,Academic year,National,E92000001,England,,,,,,,,,Revised,All state-funded,Total,Total,Total,Total,600000,"
    "46.1,,-0.03,-0.03,-0.02\n"
)
KS2_HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,version,old_la_code,new_la_code,la_name,school_urn,"
    "school_laestab,school_name,establishment_type_group,breakdown_topic,breakdown,subject,expected_standard_pupil_percent,"
    "higher_standard_pupil_percent,average_scaled_score,progress_measure_score,progress_measure_lower_conf_interval,"
    "progress_measure_upper_conf_interval,progress_measure_description\n"
)
KS2_SCHOOL = "202223,Academic year,School,E92000001,England,Final,,,,902001,9362001,Oak School,"
EES_KS2 = (
    f'{KS2_HEADER}{KS2_SCHOOL},All pupils,Total,"Reading, writing and maths",77,10,z,z,z,z,z\n'
    f"{KS2_SCHOOL},All pupils,Total,Reading,93,47,108,1.4,-0.3,3.1,Average\n"
    f"{KS2_SCHOOL},All pupils,Total,Writing,80,13,z,-0.5,-2.1,1.1,Average\n"
    f"{KS2_SCHOOL},All pupils,Total,Maths,93,37,108,c,c,c,c\n"
    f'{KS2_SCHOOL},All pupils,Total,"Grammar, punctuation and spelling",87,50,108,z,z,z,z\n'
    f'{KS2_SCHOOL},Disadvantage,Disadvantaged,"Reading, writing and maths",c,c,z,z,z,z,z\n'
    f"{KS2_SCHOOL},All pupils,Total,Handwriting,80,13,z,z,z,z,z\n"
    "202223,Academic year,Local authority,E92000001,England,Final,936,E10000030,Surrey,,,,All state funded,All pupils,Total,"
    '"Reading, writing and maths",62,9,z,z,z,z,z\n'
)
KS5 = (
    "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE/FESITYPE,TPUP1618,TALLPUP_ALEV_1618,TALLPPE_ALEV_1618,TALLPPEGRD_ALEV_1618,"
    "VA_INS_ALEV,LCI_INS_ALEV,UCI_INS_ALEV,TALLPPE_ALEV_1618_DIS,NEVER_FILLED\n"
    "1,936,4001,902101,Beech School,ACC,120,100,35.21,B-,0.12,-0.05,0.29,31.5\n"
    "1,936,8001,902102,Lime College,Sixth form college,900,5,SUPP,SUPP,SUPP\n"
    "3,936,,,Surrey Consortium,,80,70,33.3,C+\n"
    "4,936,,,Surrey,,5000,4000,36.1,B-\n"
    "5,,,,England,,400000,300000,34.5,C+\n"
    "7,,,,England state-funded,,370000,280000,33.6,C+\n"
)
DESTINATIONS = (
    "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE,COHORT,OVERALL_DEST,OVERALL_DESTPER,COHORT_DIS,OVERALL_DEST_DIS,"
    "OVERALL_DESTPER_DIS,COHORT_NONDIS,OVERALL_DEST_NONDIS,OVERALL_DESTPER_NONDIS\n"
    "1,936,4001,902101,Beech School,ACC,150,141,94%,10,SUPP,SUPP,140,SUPP,SUPP\n"
    "2,936,7001,902103,Fir School,CYS,9,SUPP,SUPP\n"
    "LA,936,,,Surrey,,11000,10450,95%,1500,1275,85%,9500,9175,97%\n"
    "NAT,,,,England,,560000,526400,94%\n"
)
STUDENTS = (
    "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE,TOT_COHORT,TOT_OVERALL,TOT_OVERALLPER,TOT_HEPER,TOT_COHORT_DIS,"
    "TOT_OVERALL_DIS,TOT_OVERALLPER_DIS\n"
    "1,936,4001,902101,Beech School,ACC,80,72,90%,60%,12,9,75%\n"
    "NAT,,,,England,,350000,301000,86%\n"
)
CENSUS = (
    "URN,LA,ESTAB,NOR,NUMFSMEVER,PNUMFSMEVER,NORFSMEVER,NUMEAL,PNUMEAL\n902001,936,2001,200,45,25.0%,180,20,10.0%\n"
)
PERFORMANCE_ABSENCE = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n936,2001,902001,4.4,10.1\n"
KS4 = "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE,TPUP,ATT8SCR,P8MEA\n"
SPINE = (
    "URN,LANAME,LA,ESTAB,LAESTAB,SCHNAME,ICLOSE,OPENDATE,CLOSEDATE,MINORGROUP,NFTYPE,ISPRIMARY,ISSECONDARY,ISPOST16\n"
    "902010,Surrey,936,2010,9362010,Old Mill School,2,01/09/1980,31/08/2010,Maintained school,CY,1,0,0\n"
    "902011,Surrey,936,2010,9362010,New Meadow School,1,01/09/2013,,Academy,F,1,0,0\n"
    "902020,Surrey,936,2020,9362020,Hazel School,2,01/09/1970,31/03/2012,Maintained school,CY,1,0,0\n"
    "902021,Surrey,936,2020,9362020,Hazel Academy,1,01/04/2012,,Academy,ACC,1,0,0\n"
    "902030,Surrey,936,2030,9362030,Rowan Infants,2,01/09/1970,31/08/2014,Maintained school,CY,1,0,0\n"
    "902031,Surrey,936,2031,9362031,Rowan Juniors,2,01/09/1970,31/08/2014,Maintained school,CY,1,0,0\n"
    "902032,Surrey,936,2032,9362032,Rowan Primary,1,01/09/2014,,Maintained school,CY,1,0,0\n"
)
LINKS = (
    "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
    "902020,902021,Hazel Academy,Successor,01-04-2012\n902021,902020,Hazel School,Predecessor,01-04-2012\n"
    "902030,902032,Rowan Primary,Successor - amalgamated,01-09-2014\n"
    "902031,902032,Rowan Primary,Successor - amalgamated,01-09-2014\n"
    # each names the other; nothing is known of either but this
    "902040,902041,One,Successor,\n902041,902040,Other,Successor,\n"
    # a chain of three without a date
    "902050,902051,Second,Successor,\n902051,902052,Third,Successor,\n"
)
OFSTED_OLD = (
    "Management information as at 31 August 2018,,,,,,,\n"
    "URN,LAESTAB,School name,Ofsted phase,Inspection date,Inspection publication date,Overall effectiveness,"
    "Effectiveness of Leadership and Management,Is safeguarding effective?,Quality of teaching\n"
    "902001,9362001,Oak School,Primary,14/03/2017,02/04/2017,3,2,Yes,3\n"
    "902020,9362020,Hazel School,Primary,10/05/2011,01/06/2011,1,1,,Remarkable\n"
    "90A,9362020,Hazel School,Primary,10/05/2011,01/06/2011,1,1,,1\n"
)
INSTITUTION = (
    f"{EES},local_authority_selection_status,school_laestab,school_urn,school_name,admission_policy,institution_group"
)
LEAVERS = (
    f"202223,Academic year,{WHERE},Selected,9364001,902101,Beech School,Comprehensive,State-funded mainstream schools"
)
EES_KS4_DESTINATIONS = (
    f"{INSTITUTION},breakdown_topic,breakdown,data_type,version,cohort,overall,education,all_notsust\n"
    f"{LEAVERS},Total,Total,Number of students,1,118,109,72,5\n"
    f"{LEAVERS},Total,Total,Percentage,1,118,92.4,61,4.2\n"
    f"{LEAVERS},Sex,Girls,Percentage,1,60,95,60,c\n"
    f"{LEAVERS},Disadvantage status,Disadvantaged,Percentage,1,9,c,c,c\n"
    f"202223,Academic year,National,E92000001,England,,,,,,,,,,,State-funded mainstream & special schools,Total,Total,"
    "Percentage,1,600000,93.8,86,4\n"
)
EES_KS5_DESTINATIONS = (
    f"{INSTITUTION},cohort_level_group,breakdown_topic,breakdown,data_type,version,cohort,overall,he\n"
    f"{LEAVERS},Total,Total,Total,Percentage,1,90,88.9,31\n"
    f"{LEAVERS},Level 3,Total,Total,Percentage,1,70,92.9,31\n"
)
EES_KS5 = (
    "time_period,time_identifier,geographic_level,country_code,country_name,version,old_la_code,new_la_code,la_name,school_name,"
    "school_urn,school_laestab,disadvantage_status,exam_cohort,end1618_student_count,aps_per_entry,aps_per_entry_grade,"
    "aps_per_entry_student_count,value_added,value_added_upper_ci,value_added_lower_ci,progress_banding\n"
    + "".join(
        f"202425,Academic year,School,E92000001,England,Revised,936,E10000030,Surrey,Beech School,902101,9364001,{row}\n"
        for row in (
            "Total,A level,201,35.21,C+,100,0.2,0.4,0,Average",
            "Total,Applied general,201,c,c,4,c,c,c,c",
            "Disadvantaged,A level,201,30.1,C,40,-0.1,0.3,-0.5,Average",
            "Total,Tech level,201,28,Merit,20,z,z,z,z",
        )
    )
)
EES_CENSUS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_name,region_code,urn,old_la_code,la_name,"
    "new_la_code,estab,school_name,laestab,phase_type_grouping,headcount of pupils,fte pupils,"
    "number of pupils whose first language is known or believed to be other than English,"
    "% of pupils whose first language is known or believed to be other than English\n"
    "202223,Academic year,School,E92000001,England,South East,E12000008,902001,936,Surrey,E10000030,2001,Oak School,9362001,"
    "State-funded primary,205,200,41,20.0\n"
    "202223,Academic year,School,E92000001,England,South East,E12000008,902140,936,Surrey,E10000030,6001,Sycamore School,"
    "9366001,Independent school,300,300,z,z\n"
)
EES_SEN = (
    "time_period,time_identifier,geographic_level,country_code,country_name,URN,old_la_code,la_name,new_la_code,LAEstab,"
    "school_name,phase_type_grouping,Total pupils,SEN support,EHC plan\n"
    "202223,Academic year,School,E92000001,England,902001,936,Surrey,E10000030,9362001,Oak School,State-funded primary,200,24,5\n"
)
EES_KS2_AREAS = (
    f"{EES},version,gender,characteristic_group,characteristic,school_type,t_rwm_eligible_pupils,t_rwm_met_expected_standard,"
    "pt_rwm_met_expected_standard,avg_read_progress_score\n"
    f"202122,Academic year,{AUTHORITY},Revised,Total,Total,Total,State-funded,12000,7440,62,0.3\n"
    f"202122,Academic year,{AUTHORITY},Revised,Girls,Total,Total,State-funded,6000,3960,66,0.1\n"
    f"202122,Academic year,{AUTHORITY},Revised,Total,SEN,SEN support,State-funded,2000,400,20,-2\n"
)
# every group of pupils in a row of its own, and no meta file to say so
EES_ABSENCE_GROUPS = (
    f"{EES},education_phase,breakdown_topic,breakdown,enrolments,sess_overall_percent,enrolments_pa_10_exact_percent\n"
    f"202122,Academic year,Local authority,{PLACE},936,E10000030,Surrey,Total,Total,Total,150000,6.9,19.5\n"
    f"202122,Academic year,Local authority,{PLACE},936,E10000030,Surrey,Total,FSM status,FSM eligible,30000,9.9,35\n"
)
# a list of inspections: a title, a school as often as it was inspected, NULL for nothing
OFSTED_LIST = (
    "State-funded schools: all inspections published by 31 August 2024,,,,\n"
    "URN,LAESTAB,School name,Inspection number,Inspection type,Inspection start date,Publication date,Overall effectiveness,"
    "Quality of education,Safeguarding is effective,Previous inspection start date,Previous publication date,"
    "URN at time of previous inspection,Previous overall effectiveness,Previous quality of education\n"
    "902021,9362020,Hazel Academy,1,S5,03/10/2023,20/11/2023,4,4,No,10/05/2016,08/06/2016,902020,2,NULL\n"
    "902021,9362020,Hazel Academy,2,Monitoring,11/03/2024,20/04/2024,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL\n"
    "902021,9362020,Hazel Academy,3,S5,18/06/2024,20/07/2024,2,2,Yes,03/10/2023,20/11/2023,902021,4,4\n"
    "902021,9362020,Hazel Academy,3,S5,18/06/2024,20/07/2024,3,2,Yes,03/10/2023,20/11/2023,902021,4,4\n"
    # nobody links the two: the inspection stays with its school
    "902101,9364001,Beech School,4,S5,05/03/2024,20/04/2024,2,2,Yes,05/03/2014,20/04/2014,902199,3,NULL\n"
)
BANDS = {
    "902201": ("0.62,0.40,0.84,Well above average", "better"),
    "902202": ("0.31,0.01,0.61,Above average", "better"),
    "902203": ("0.30,0,0.60,Average", "similar"),
    "902204": ("-0.30,-0.60,0,Average", "similar"),
    "902205": ("-0.31,-0.61,-0.01,Below average", "worse"),
    "902206": ("-0.72,-0.94,-0.50,Well below average", "worse"),
}
BANDED = "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE,TPUP,ATT8SCR,P8PUP,P8MEA,P8CILOW,P8CIUPP,P8_BANDING\n" + "".join(
    f"1,936,{4200 + place},{urn},School {place},ACC,150,46.00,140,{figures}\n"
    for place, (urn, (figures, _)) in enumerate(BANDS.items())
)
# what lies beside the tables that are read, as the publishers write it
BESIDE = {
    "2023-2024/england_ks4-mats-performance.csv": "TIME_PERIOD,TRUST_GROUP_TYPE,TRUST_NAME,TRUST_UID\n202324,M,T,1\n",
    "2023-2024/england_ks5-studest-he.csv": "RECTYPE,LEA,ESTAB,URN,ALL_COHORT,ALL_PROGRESSED\n1,936,4001,902101,17,65%\n",
    "2023-2024/england_vasubj.csv": "URN,LA Number,SUBLEVNO,SUBJECT NAME,Subject Value Added Score\n902101,936,111,Art,0.1\n",
    "register/governancealldata20260312.csv": "GID,URN,Role,Title,Forename 1,Surname\n1,902101,Chair,Ms,Planted,Governor\n",
    "register/alllinksdata20260312.csv": "URN,Group UID,Group Name,Group Type\n902101,2044,Beech Trust,Multi-academy trust\n",
    "2023-2024/data-guidance.txt": "Data guidance\nFilename: a.csv\n",
}
TEMPLATES = {
    "templates/partnerships.csv": (
        "partnership_id,partnership_name,kind,la_code,lead_urn,started_on,ended_on\n"
        "P1,First,cluster,936,,2016-09-01,2018-08-31\nP2,Second,cluster,936,,2016-09-01,\n"
    ),
    # the first partnership went into the second; one school had moved a year before
    "templates/memberships.csv": (
        "partnership_id,school_urn,joined_on,left_on,role\n"
        "P1,902104,2016-09-01,2017-08-31,member\nP2,902104,2017-09-01,,member\n"
        "P1,902101,2016-09-01,2018-08-31,member\nP2,902101,2018-09-01,,member\n"
        # of which nobody has sent a description
        "P9,902101,2014-09-01,2016-08-31,member\n"
    ),
}
FILES = {
    "ees/then.csv": THEN,
    "ees/absence.csv": ABSENCE,
    "ees/ks4.csv": EES_KS4,
    "ees/ks2_schools.csv": EES_KS2,
    "2022-2023/936_ks5final.csv": KS5,
    "2018-2019/936_ks4-pupdest.csv": DESTINATIONS,
    "2018-2019/936_ks5-studest.csv": STUDENTS,
    "2024-2025/936_census.csv": CENSUS,
    "2018-2019/936_abs.csv": PERFORMANCE_ABSENCE,
    "2016-2017/936_ks4final.csv": KS4
    + "1,936,4001,902101,Beech School,ACC,100,50,0.1\n1,936,4004,902104,Yew,ACC,50,40,0\n",
    "2017-2018/936_ks4final.csv": KS4
    + "1,936,4001,902101,Beech School,ACC,100,52,0.1\n1,936,4004,902104,Yew,ACC,50,41,0\n",
    "2018-2019/936_ks4final.csv": KS4
    + "1,936,4001,902101,Beech School,ACC,100,54,0.2\n1,936,4004,902104,Yew,ACC,50,42,0\n",
    "2018-2019/936_ks4revised.csv": KS4 + "1,936,4001,902101,Beech School,ACC,100,54,0.15\n",
    "2018-2019/936_ks4provisional.csv": (
        KS4 + "1,936,4001,902101,Beech School,ACC,101,53.5,0.15\n1,936,4004,902104,Yew,ACC,50,42,SUPP\n"
    ),
    "register/england_spine_20180901.csv": SPINE,
    "ofsted/Management_information_as_at_20180831.csv": OFSTED_OLD,
    "ees/ks4_destinations.csv": EES_KS4_DESTINATIONS,
    "ees/ks5_destinations.csv": EES_KS5_DESTINATIONS,
    "ees/ks5_institutions.csv": EES_KS5,
    "ees/spc_school_level_underlying_data_2023.csv": EES_CENSUS,
    "ees/sen_school_level_underlying_data_2023.csv": EES_SEN,
    "ees/ks2_regional_and_local_authority.csv": EES_KS2_AREAS,
    "ees/absence_characteristics.csv": EES_ABSENCE_GROUPS,
    "ofsted/all_inspections_-_year_to_date_published_by_31_Aug_2024.csv": OFSTED_LIST,
    "2022-2023/936_ks4final.csv": BANDED,
    **BESIDE,
    **TEMPLATES,
}


class Country(NamedTuple):
    """Key stage 2 of a country in two years, the links between its schools, and what became of those that are gone."""

    before: str
    after: str
    links: str
    #: URN -> what happened, and the URN of the school that carries it on, '' where none does
    gone: dict[str, tuple[str, str]]


#: What may happen to a school between two years, and how often in a thousand.
HAPPENS = {
    "converted": 70, "converted, only the old side says so": 10, "converted, only the new side says so": 10,
    "converted twice": 15, "amalgamated": 15, "taken into another": 15, "split": 6, "in a cycle of links": 4,
    "closed": 15, "closed, its number given again": 10,
}  # fmt: skip


def country(schools: int = 3000, seed: int = 11) -> Country:
    draw = random.Random(seed)
    header = "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE,TELIG,PTRWM_EXP\n"
    before, after, links = [], [], []
    gone: dict[str, tuple[str, str]] = {}
    fresh = iter(range(920_000, 990_000))
    numbers = iter((authority, estab) for authority in (301, 302, 303, 304) for estab in range(2000, 3999))
    staying: list[int] = []

    def row(urn: int, number: tuple[int, int]) -> str:
        return f"1,{number[0]},{number[1]},{urn},School {urn},CY,{draw.randint(12, 90)},{draw.randint(30, 90)}%\n"

    def link(old: int, new: int, kind: str = "Successor", sides: str = "both") -> None:
        day = draw.choice(("01-09-2017", ""))
        if sides != "new":
            links.append(f"{old},{new},x,{kind},{day}\n")
        if sides != "old":
            links.append(f"{new},{old},x,{kind.replace('Successor', 'Predecessor')},{day}\n")

    for urn in range(910_000, 910_000 + schools):
        number = next(numbers)
        before.append(row(urn, number))
        what = draw.choices([*HAPPENS, "stayed"], [*HAPPENS.values(), 1000 - sum(HAPPENS.values())])[0]
        if what == "stayed" or (what == "taken into another" and not staying):
            after.append(row(urn, number))
            staying.append(urn)
            continue
        new = draw.choice(staying) if what == "taken into another" else next(fresh)
        if what == "closed, its number given again":
            after.append(row(new, number))
        elif what == "taken into another":
            link(urn, new, "Successor - merged")
        elif what == "amalgamated":
            # with a school that has no key stage 2
            link(urn, new, "Successor - amalgamated")
            link(next(fresh), new, "Successor - amalgamated")
            after.append(row(new, next(numbers)))
        elif what != "closed":
            after.append(row(new, number))
            sides = {"converted, only the old side says so": "old", "converted, only the new side says so": "new"}
            if what == "converted twice":
                between = next(fresh)
                link(urn, between)
                link(between, new)
            else:
                link(urn, new, sides=sides.get(what, "both"))
            if what == "in a cycle of links":
                links.append(f"{new},{urn},x,Successor,\n")
            elif what == "split":
                other = next(fresh)
                link(urn, other)
                after.append(row(other, next(numbers)))
        gone[str(urn)] = (what, "" if what.startswith("closed") else str(new))
    table = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
    return Country(header + "".join(before), header + "".join(after), table + "".join(links), gone)


COUNTRY = country()
FILES |= {
    "2016-2017/england_ks2final.csv": COUNTRY.before,
    "2017-2018/england_ks2final.csv": COUNTRY.after,
    # an edition of the links is of the whole country
    "register/links_20200101.csv": LINKS + COUNTRY.links.partition("\n")[2],
}


IN_YEAR_HEADER = [
    "Web Link (opens in new window)", "URN", "LAESTAB", "School name", "Inspection number", "Inspection start date",
    "Publication date", "Outcomes for legacy monitoring inspections", "Safeguarding standards", "Inclusion",
]  # fmt: skip
IN_YEAR_ROW = [
    "",
    "902101",
    "9364001",
    "Beech School",
    "77",
    "02/12/2025",
    "21/01/2026",
    "NULL",
    "Not met",
    "Urgent improvement",
]


def ofsted_today() -> bytes:
    """A workbook as published: a cover sheet, two lines above the header, old judgements beside today's."""
    header = [
        "Web Link", "URN", "LAESTAB", "School name", "Ofsted phase", "Inspection start date", "Publication date",
        "Safeguarding standards", "Inclusion", "Curriculum and teaching", "Achievement",
        "Personal development and well-being", "Post-16 provision (where applicable)",
        "Inspection start date of latest OEIF graded inspection", "Publication date of latest OEIF graded inspection",
        "Latest OEIF overall effectiveness", "Latest OEIF quality of education", "Latest OEIF  safeguarding is effective?",
        "Date of latest ungraded inspection", "Ungraded inspection publication date", "Ungraded inspection overall outcome",
    ]  # fmt: skip
    rows = [
        ["Ofsted"], [], header,
        ["", "902001", "9362001", "Oak School", "Primary", "12/01/2026", "20/02/2026", "Met", "Expected standard",
         "Strong standard", "Needs attention", "Exceptional", "NULL", "14/11/2024", "08/01/2025", "Not judged", "2", "Yes",
         "14/03/2021", "02/04/2021", "School remains Good (Improving) - S5 Next"],
        ["", "902101", "9364001", "Beech School", "Secondary", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL",
         "NULL", "05/10/2022", "20/11/2022", "1", "1", "Yes", "NULL", "NULL", "NULL"],
    ]  # fmt: skip
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("Cover").write_string(0, 0, "Notes for readers")
    # the list of the year lies before the list of schools, and has an inspection that the other does not show
    in_year = book.add_worksheet("D1_In_year_inspections")
    for number, row in enumerate((["Ofsted"], IN_YEAR_HEADER, IN_YEAR_ROW)):
        in_year.write_row(number, 0, row)
    sheet = book.add_worksheet("D2_Most_recent_inspections")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "landing"
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    (folder / "ofsted" / "Management_information_as_at_20260228.xlsx").write_bytes(ofsted_today())
    with zipfile.ZipFile(folder / "ees" / "today.zip", "w") as archive:
        archive.writestr("data/exclusions.csv", TODAY)
        archive.writestr("data/exclusions.meta.csv", META)
    return folder


@pytest.fixture(scope="module")
def samples(landing: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    data_dir = landing.parent / "data"
    turncurve("refresh", "--landing", str(landing), data_dir=data_dir)
    connection = duckdb.connect(str(served(data_dir)), read_only=True)
    yield connection
    connection.close()


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[tuple[object, ...]]:
    return connection.execute(query, list(parameters)).fetchall()


def figure(connection: duckdb.DuckDBPyConnection, urn: str, indicator: str, year: str, group: str = "all") -> object:
    found = rows(
        connection,
        """select value, status, numerator, denominator from marts.fct_outcome where is_latest
           and urn = ? and indicator_id = ? and academic_year = ? and breakdown_id = ?""",
        urn, indicator, year, group,
    )  # fmt: skip
    return found[0] if len(found) == 1 else found


def test_every_file_is_taken_and_every_row_accounted_for(samples: duckdb.DuckDBPyConnection) -> None:
    assert rows(samples, "select path, reason from marts.file_log where status not in ('loaded', 'ignored')") == []
    sums = "select count(*) from marts.file_log where rows_landed <> rows_accepted + rows_rejected + rows_superseded"
    assert rows(samples, sums) == [(0,)]


@pytest.mark.parametrize(
    ("urn", "indicator", "year", "group", "expected"),
    [
        ("902001", "suspension_rate", "2023/24", "all", (2.0, "ok", 4.0, 200.0)),
        ("902001", "suspension_rate", "2023/24", "girls", (None, "suppressed", None, 90.0)),
        ("902002", "suspension_rate", "2023/24", "all", (None, "unavailable", None, 300.0)),
        ("902002", "permanent_exclusion_rate", "2023/24", "all", (None, "not_applicable", None, 300.0)),
        ("902003", "suspension_rate", "2023/24", "all", (None, "rounded_small", None, 300.0)),
        # more suspensions than pupils are no mistake
        ("902003", "permanent_exclusion_rate", "2023/24", "all", (200.0, "ok", 600.0, 300.0)),
        ("902002", "suspension_rate", "2022/23", "all", (None, "low_reliability", None, 290.0)),
        ("902002", "permanent_exclusion_rate", "2022/23", "all", (None, "rounded_small", None, 290.0)),
        # the same letter in a file of its time
        ("902011", "suspension_rate", "2014/15", "all", (None, "suppressed", None, 100.0)),
        ("L9369999", "suspension_rate", "2014/15", "all", (None, "not_applicable", None, 0.0)),
        # two publications of one figure: one row
        ("902001", "absence_overall_pct", "2018/19", "all", (4.4, "ok", None, None)),
        ("902001", "absence_overall_pct", "2019/20", "all", (5.55, "ok", None, 199.0)),
        ("902001", "absence_persistent_pct", "2019/20", "all", (15.08, "ok", 30.0, 199.0)),
        # the base of the share, where the year prints it
        ("902001", "fsm_ever6_pct", "2024/25", "all", (25.0, "ok", 45.0, 180.0)),
        ("902001", "eal_pct", "2024/25", "all", (10.0, "ok", 20.0, 200.0)),
        # each row is about one subject
        ("902001", "ks2_rwm_expected_pct", "2022/23", "all", (77.0, "ok", None, None)),
        ("902001", "ks2_rwm_higher_pct", "2022/23", "all", (10.0, "ok", None, None)),
        ("902001", "ks2_rwm_expected_pct", "2022/23", "disadvantaged", (None, "suppressed", None, None)),
        ("902001", "ks2_reading_progress", "2022/23", "all", (1.4, "ok", None, None)),
        ("902001", "ks2_writing_progress", "2022/23", "all", (-0.5, "ok", None, None)),
        ("902001", "ks2_maths_progress", "2022/23", "all", (None, "suppressed", None, None)),
        ("902101", "ks4_attainment8", "2023/24", "all", (48.1, "ok", None, 150.0)),
        ("902101", "ks4_progress8", "2023/24", "all", (0.2, "ok", None, 140.0)),
        ("902101", "ks4_attainment8", "2023/24", "disadvantaged", (40.5, "ok", None, 30.0)),
        ("902101", "ks4_progress8", "2023/24", "disadvantaged", (None, "not_applicable", None, 28.0)),
        ("902101", "ks4_attainment8", "2023/24", "boys", []),
        ("902101", "ks5_alevel_points", "2022/23", "all", (35.21, "ok", None, 100.0)),
        ("902101", "ks5_alevel_points", "2022/23", "disadvantaged", (31.5, "ok", None, None)),
        ("902102", "ks5_alevel_points", "2022/23", "all", (None, "suppressed", None, 5.0)),
        ("902102", "ks5_students", "2022/23", "all", (900.0, "ok", None, None)),
        ("902101", "ks4_sustained_destination_pct", "2018/19", "all", (94.0, "ok", 141.0, 150.0)),
        ("902101", "ks4_sustained_destination_pct", "2018/19", "disadvantaged", (None, "suppressed", None, 10.0)),
        ("902103", "ks4_sustained_destination_pct", "2018/19", "all", (None, "suppressed", None, 9.0)),
        ("902101", "ks5_sustained_destination_pct", "2018/19", "all", (90.0, "ok", 72.0, 80.0)),
        ("902101", "ks5_sustained_destination_pct", "2018/19", "disadvantaged", (75.0, "ok", 9.0, 12.0)),
        # tidy destinations are a year later in the tables; numbers of pupils stand in rows of their own
        ("902101", "ks4_sustained_destination_pct", "2023/24", "all", (92.4, "ok", 109.0, 118.0)),
        ("902101", "ks4_sustained_destination_pct", "2023/24", "girls", (95.0, "ok", 57.0, 60.0)),
        ("902101", "ks4_sustained_destination_pct", "2023/24", "disadvantaged", (None, "suppressed", None, 9.0)),
        ("902101", "ks5_sustained_destination_pct", "2023/24", "all", (88.9, "ok", 80.0, 90.0)),
        ("902101", "ks5_alevel_points", "2024/25", "all", (35.21, "ok", None, 100.0)),
        ("902101", "ks5_alevel_points", "2024/25", "disadvantaged", (30.1, "ok", None, 40.0)),
        ("902101", "ks5_applied_general_points", "2024/25", "all", (None, "suppressed", None, 4.0)),
        ("902101", "ks5_alevel_value_added", "2024/25", "disadvantaged", (-0.1, "ok", None, 40.0)),
        ("902001", "pupils_on_roll", "2022/23", "all", (205.0, "ok", None, None)),
        ("902001", "eal_pct", "2022/23", "all", (20.0, "ok", 41.0, 205.0)),
        ("902140", "eal_pct", "2022/23", "all", (None, "not_applicable", None, 300.0)),
        # counts without a share
        ("902001", "sen_support_pct", "2022/23", "all", (12.0, "ok", 24.0, 200.0)),
        ("902001", "ehcp_pct", "2022/23", "all", (2.5, "ok", 5.0, 200.0)),
    ],
)
def test_figures(
    samples: duckdb.DuckDBPyConnection, urn: str, indicator: str, year: str, group: str, expected: object
) -> None:
    assert figure(samples, urn, indicator, year, group) == expected


def test_the_release_is_told_by_the_rows(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select distinct release from marts.fct_outcome where academic_year = '2023/24'
               and indicator_id in ('ks4_attainment8', 'ks4_progress8')"""
    assert rows(samples, query) == [("revised",)]
    query = """select area_type, value from marts.benchmark_outcome
               where academic_year = '2023/24' and indicator_id = 'ks4_attainment8' order by area_type"""
    assert rows(samples, query) == [("england_all", 43.5), ("england_state", 46.1)]


def test_value_added_has_the_publishers_limits(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select value, ci_low, ci_high, ci_method from marts.fct_outcome
               where indicator_id = 'ks5_alevel_value_added' and value is not null order by value"""
    assert rows(samples, query) == [
        (-0.1, -0.5, 0.3, "published"),
        (0.12, -0.05, 0.29, "published"),
        (0.2, 0.0, 0.4, "published"),
    ]


def test_areas_are_benchmarks_and_never_schools(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select area_type, area_id, indicator_id, value from marts.benchmark_outcome
               where indicator_id in ('suspension_rate', 'ks5_alevel_points', 'ks4_sustained_destination_pct')
                 and breakdown_id = 'all' order by indicator_id, area_type, value"""
    assert rows(samples, query) == [
        ("authority", "936", "ks4_sustained_destination_pct", 95.0),
        ("england_state", "england", "ks4_sustained_destination_pct", 93.8),
        ("england_state", "england", "ks4_sustained_destination_pct", 94.0),
        ("authority", "936", "ks5_alevel_points", 36.1),
        ("england_all", "england", "ks5_alevel_points", 34.5),
        ("england_state", "england", "ks5_alevel_points", 33.6),
        ("authority", "936", "suspension_rate", 6.0),
        ("england_primary", "england", "suspension_rate", 2.1),
        ("england_state", "england", "suspension_rate", 11.31),
    ]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("time_identifier", "A text of 11 characters", "only whole academic years"),
        ("geographic_level", "A text of 8 characters", "schools, authorities and England"),
        ("geographic_level", "A text of 24 characters", "for all schools only"),
        ("ethnicity_major", "A text of 11 characters", "that is not known here"),
        ("breakdown", "2", "one group at a time"),
        ("breakdown", "A text of 12 characters", "a part that is not known here"),
        ("breakdown", "A text of 11 characters", "a part that is not known here"),
        ("cohort_level_group", "A text of 7 characters", "one level of study, of which no figures are kept"),
        ("URN", None, "A school row needs a URN"),
        ("URN", "A text of 3 characters", "A school needs a URN"),
    ],
)
def test_rows_left_out_say_why(samples: duckdb.DuckDBPyConnection, column: str, value: str | None, words: str) -> None:
    found = rows(
        samples,
        "select reason from marts.rejected_rows where scope = 'row' and column_name = ? and value is not distinct from ?",
        column,
        value,
    )
    assert len(found) == 1
    assert words in str(found[0][0])


def test_a_number_given_again_is_two_schools(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select academic_year, urn, school_id from marts.fct_outcome
               where indicator_id = 'suspension_rate' and urn in ('902010', '902011', '902020', '902021') order by urn"""
    assert rows(samples, query) == [
        ("2009/10", "902010", "S902010"),
        ("2014/15", "902011", "S902011"),
        ("2009/10", "902020", "S902020"),
        ("2014/15", "902021", "S902020"),
    ]


ON_DATE = """
    select urn from marts.dim_school where school_id = ?
        and coalesce(valid_from, date '0001-01-01') <= cast(? as date)
        and coalesce(valid_to, date '9999-12-31') >= cast(? as date)
"""


@pytest.mark.parametrize(
    ("lineage", "day", "urn"),
    [
        ("S902020", "1990-01-01", "902020"),
        ("S902020", "2012-03-31", "902020"),
        ("S902020", "2012-04-01", "902021"),
        ("S902020", "2026-01-01", "902021"),
        ("S902030", "2000-01-01", "902030"),
        ("S902031", "2000-01-01", "902031"),
        ("S902032", "2014-09-01", "902032"),
        ("S902050", "2000-01-01", "902052"),
        ("S902040", "2000-01-01", "902040"),
    ],
)
def test_the_school_on_a_date(samples: duckdb.DuckDBPyConnection, lineage: str, day: str, urn: str) -> None:
    assert rows(samples, ON_DATE, lineage, day, day) == [(urn,)]


def test_both_parents_of_a_merger_keep_their_own_history(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select school_id, urn, valid_from::varchar, valid_to::varchar
               from marts.dim_school where urn in ('902030', '902031', '902032') order by urn"""
    assert rows(samples, query) == [
        ("S902030", "902030", "1970-09-01", "2014-08-31"),
        ("S902031", "902031", "1970-09-01", "2014-08-31"),
        ("S902032", "902032", "2014-09-01", None),
    ]
    query = """select predecessor_urn, is_joined, reason_id, ended_reason, begun_reason from marts.school_link
               where successor_urn = '902032' order by 1"""
    assert rows(samples, query) == [
        (
            urn, False, "amalgamated",
            "Its history ends here: with others it became Rowan Primary (902032) on 31 Aug 2014.",
            f"Its history begins here: {name} ({urn}) and others became this school on 31 Aug 2014.",
        )
        for urn, name in (("902030", "Rowan Infants"), ("902031", "Rowan Juniors"))
    ]  # fmt: skip


def test_changes_between_releases_are_counted(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select urn, indicator_id, from_release, to_release, from_value, to_value, difference, is_changed
               from marts.release_change order by urn, indicator_id, to_release"""
    beech, yew = "902101", "902104"
    assert rows(samples, query) == [
        (beech, "ks4_attainment8", "revised", "final", 54.0, 54.0, 0.0, False),
        (beech, "ks4_attainment8", "provisional", "revised", 53.5, 54.0, 0.5, True),
        (beech, "ks4_progress8", "revised", "final", 0.15, 0.2, 0.05, True),
        (beech, "ks4_progress8", "provisional", "revised", 0.15, 0.15, 0.0, False),
        (yew, "ks4_attainment8", "provisional", "final", 42.0, 42.0, 0.0, False),
        (yew, "ks4_progress8", "provisional", "final", None, 0.0, None, True),
    ]


def test_inspections_of_every_edition(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select inspected_on::varchar, published_on::varchar, framework, judgement_id, grade, status
               from marts.fct_inspection where urn = '902001' order by inspected_on, judgement_id"""
    assert rows(samples, query) == [
        ("2017-03-14", "2017-04-02", "common_2015", "leadership_and_management", "Good", "ok"),
        ("2017-03-14", "2017-04-02", "common_2015", "overall_effectiveness", "Requires improvement", "ok"),
        ("2017-03-14", "2017-04-02", "common_2015", "safeguarding", "Yes", "ok"),
        ("2017-03-14", "2017-04-02", "common_2015", "teaching", "Requires improvement", "ok"),
        (
            "2021-03-14", "2021-04-02", "oeif_2019", "ungraded_outcome", "School remains Good (Improving) - S5 Next", "ok",
        ),
        ("2024-11-14", "2025-01-08", "oeif_2019", "overall_effectiveness", None, "not_judged"),
        ("2024-11-14", "2025-01-08", "oeif_2019", "quality_of_education", "Good", "ok"),
        ("2024-11-14", "2025-01-08", "oeif_2019", "safeguarding", "Yes", "ok"),
        ("2026-01-12", "2026-02-20", "report_card", "achievement", "Needs attention", "ok"),
        ("2026-01-12", "2026-02-20", "report_card", "curriculum_and_teaching", "Strong standard", "ok"),
        ("2026-01-12", "2026-02-20", "report_card", "inclusion", "Expected standard", "ok"),
        ("2026-01-12", "2026-02-20", "report_card", "personal_development_wellbeing", "Exceptional", "ok"),
        ("2026-01-12", "2026-02-20", "report_card", "safeguarding_standards", "Met", "ok"),
    ]  # fmt: skip


def test_an_unknown_grade_is_shown_and_the_rest_of_the_row_taken(samples: duckdb.DuckDBPyConnection) -> None:
    found = rows(samples, "select column_name, scope from marts.rejected_rows where value = 'A text of 10 characters'")
    assert found == [("Quality of teaching, learning and assessment", "cell")]
    query = """select school_id, grade from marts.fct_inspection
               where urn = '902020' and judgement_id = 'overall_effectiveness' and inspected_on = date '2011-05-10'"""
    assert rows(samples, query) == [("S902020", "Outstanding")]


def test_a_membership_of_a_partnership_nobody_described_is_kept(samples: duckdb.DuckDBPyConnection) -> None:
    spells = samples.execute(
        "select partnership_id, left_on::varchar from marts.partnership_membership where partnership_id = 'P9'"
    ).fetchall()
    assert spells == [("P9", "2016-08-31")]
    named = "select count(*) from marts.trend_series where area_type = 'partnership' and area_id = 'P9'"
    assert samples.execute(named).fetchall() == [(0,)]


def test_a_school_counts_for_the_partnership_of_its_year(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select area_id, academic_year, value, n_schools from marts.trend_series
               where area_type = 'partnership' and indicator_id = 'ks4_attainment8' and breakdown_id = 'all' order by 1, 2"""
    found = [(area, year, round(float(str(value)), 2), count) for area, year, value, count in rows(samples, query)]
    assert found == [
        ("P1", "2016/17", 46.67, 2),
        ("P1", "2017/18", 52.0, 1),
        ("P2", "2017/18", 41.0, 1),
        ("P2", "2018/19", 50.0, 2),
        ("P2", "2023/24", 48.1, 1),
    ]


def test_a_meta_file_beside_a_plain_one_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "exclusions.csv"
    meta = file.with_suffix(".meta.csv")
    file.write_text(TODAY.replace("ethnicity_major", "house"), encoding="utf-8")
    meta.write_text(META.replace("ethnicity_major", "house"), encoding="utf-8")
    said = check_file(file).to_text()
    assert "house: The figures are of a part" in said and "It reads “Ethnicity A”." in said
    # without it nothing tells that the column divides the figures
    meta.unlink()
    said = check_file(file).to_text()
    assert "house: The figures are of a part" not in said
    assert "Two rows are about the same area, year and pupils" in said
    # but its name, where that is one of those that part the pupils in every publication
    file.write_text(TODAY, encoding="utf-8")
    assert "ethnicity_major: The figures are of a part" in check_file(file).to_text()


def test_a_row_of_a_subject_nobody_knows_is_left_out_with_its_reason(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select column_name, value, row_number from marts.rejected_rows as r
               inner join marts.file_log as f on r.file_id = f.file_id where f.path like '%ks2_schools.csv'"""
    assert rows(samples, query) == [("subject", "A text of 11 characters", 8)]
    query = """select value from marts.benchmark_outcome
               where area_id = '936' and indicator_id = 'ks2_rwm_expected_pct' and academic_year = '2022/23'"""
    assert rows(samples, query) == [(62.0,)]


def test_areas_of_older_and_of_grouped_files(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select indicator_id, breakdown_id, value from marts.benchmark_outcome
               where area_id = '936' and academic_year = '2021/22' and value is not null order by 1, 2"""
    assert rows(samples, query) == [
        ("absence_overall_pct", "all", 6.9),
        ("absence_persistent_pct", "all", 19.5),
        ("ks2_reading_progress", "all", 0.3),
        ("ks2_reading_progress", "girls", 0.1),
        ("ks2_rwm_expected_pct", "all", 62.0),
        ("ks2_rwm_expected_pct", "girls", 66.0),
    ]
    query = """select value from marts.benchmark_outcome where indicator_id = 'ks4_sustained_destination_pct'
               and academic_year = '2023/24' and area_type = 'england_state'"""
    assert rows(samples, query) == [(93.8,)]


def test_a_list_of_inspections_keeps_every_inspection(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select urn, school_id, inspected_on::varchar, judgement_id, grade from marts.fct_inspection
               where school_id = 'S902020' and judgement_id in ('overall_effectiveness', 'quality_of_education')
                 and inspected_on > date '2012-01-01' order by inspected_on, judgement_id"""
    assert rows(samples, query) == [
        # under the URN of then, which the links join
        ("902020", "S902020", "2016-05-10", "overall_effectiveness", "Good"),
        ("902021", "S902020", "2023-10-03", "overall_effectiveness", "Inadequate"),
        ("902021", "S902020", "2023-10-03", "quality_of_education", "Inadequate"),
        # of the same inspection twice in one file, the later row
        ("902021", "S902020", "2024-06-18", "overall_effectiveness", "Requires improvement"),
        ("902021", "S902020", "2024-06-18", "quality_of_education", "Good"),
    ]
    query = """select urn, grade from marts.fct_inspection
               where inspected_on = date '2014-03-05' and judgement_id = 'overall_effectiveness'"""
    assert rows(samples, query) == [("902101", "Requires improvement")]
    query = "select rows_accepted, rows_superseded from marts.file_log where path like '%31_Aug_2024.csv'"
    assert rows(samples, query) == [(4, 1)]


def test_every_sheet_of_a_publishers_workbook_is_read(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select judgement_id, grade from marts.fct_inspection
               where urn = '902101' and inspected_on = date '2025-12-02' order by 1"""
    assert rows(samples, query) == [("inclusion", "Urgent improvement"), ("safeguarding_standards", "Not met")]
    query = "select count(*), sum(rows_accepted) from marts.file_log where path like '%20260228.xlsx%'"
    assert rows(samples, query) == [(2, 3)]


def test_a_list_of_inspections_has_no_problems(tmp_path: Path) -> None:
    file = tmp_path / "all_inspections_published_by_31_Aug_2024.csv"
    file.write_text("\n".join(OFSTED_LIST.splitlines()[:5]) + "\n", encoding="utf-8")
    (table,) = check_file(file).tables
    assert (table.problems, table.snapshot_date) == ([], "2024-08-31")
    file.write_text(OFSTED_OLD, encoding="utf-8")
    assert [(problem.row_number, problem.value) for problem in check_file(file).tables[0].problems] == [
        (4, "Remarkable"),
        (5, "90A"),
    ]


def test_what_lies_beside_is_named_and_not_taken(samples: duckdb.DuckDBPyConnection) -> None:
    found = dict(rows(samples, "select path, reason from marts.file_log where status = 'ignored'"))
    reasons = {Path(str(path)).name: str(reason) for path, reason in found.items()}
    assert "Multi" not in reasons["alllinksdata20260312.csv"]
    assert reasons["england_ks4-mats-performance.csv"].startswith(
        "Known, and not taken: Performance of multi-academy trusts."
    )
    assert "higher education" in reasons["england_ks5-studest-he.csv"]
    assert "Value added by subject" in reasons["england_vasubj.csv"]
    assert "Governors" in reasons["governancealldata20260312.csv"]
    assert "Planted" not in "".join(reasons.values())
    assert {Path(name).name for name in BESIDE} <= set(reasons)


def test_bandings_in_words_agree_with_the_comparison(samples: duckdb.DuckDBPyConnection) -> None:
    query = """select urn, comparison from marts.comparison where indicator_id = 'ks4_progress8' and breakdown_id = 'all'
               and academic_year = '2022/23' and benchmark = 'england' and urn like '9022%'"""
    assert dict(rows(samples, query)) == {urn: verdict for urn, (_, verdict) in BANDS.items()}


def test_a_countrys_missing_schools_are_found_through_their_links(
    samples: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    query = """select urn, school_id from marts.fct_outcome where indicator_id = 'ks2_rwm_expected_pct'
               and breakdown_id = 'all' and academic_year = ? and is_latest"""
    then, now = (dict(rows(samples, query, year)) for year in ("2016/17", "2017/18"))
    assert {urn for urn in then if urn not in now} == set(COUNTRY.gone)
    found: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for urn, (what, successor) in COUNTRY.gone.items():
        carried_on = then[urn] in set(now.values())
        (found if carried_on else lost)[what] += 1
        # the right one, not just any
        assert not carried_on or (successor and then[urn] == now[successor]), (urn, what)
    # of two that call each other the successor, the tables show which was first
    followed = [what for what in HAPPENS if what.startswith("converted") or what == "in a cycle of links"]
    resolved, of = sum(found[what] for what in followed), sum(found[what] + lost[what] for what in followed)
    with capsys.disabled():
        print(
            f"\nkey stage 2, {len(then):,} schools: {len(COUNTRY.gone)} gone, {resolved} of {of} with a successor found in it"
        )
        for what in HAPPENS:
            print(f"  {what}: {found[what]} found, {lost[what]} not")
    assert of > 300
    assert resolved == of
    # one that closed, one that opened, and no third: of the others the history ends, with the reason
    assert not any(found[what] for what in HAPPENS if what not in followed)
    reasons = dict(rows(samples, "select predecessor_urn, reason_id from marts.school_link where not is_joined"))
    ended = {"amalgamated": "amalgamated", "taken into another": "merged", "split": "split"}
    told = {(what, reasons.get(urn)) for urn, (what, _) in COUNTRY.gone.items() if what in ended}
    assert told == set(ended.items())
