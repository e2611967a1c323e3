# Makes survey_designs.csv with R's survey package (Debian: r-cran-survey). In this folder: Rscript survey_designs.R > survey_designs.csv
# Clusters within strata with finite populations, bounds on several margins, other quantiles, differences, proportions.
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
data(api)
say <- function(case, quantity, value) cat(paste0(case, ",", quantity, ",", format(value, digits = 17)), sep = "\n")
both <- function(case, quantity, statistic) {
  say(case, quantity, as.numeric(coef(statistic))[1])
  say(case, paste0(quantity, ".se"), as.numeric(SE(statistic))[1])
}
describe <- function(case, design) {
  both(case, "mean_api00", svymean(~api00, design))
  for (p in c(0.1, 0.25, 0.9)) {
    q <- svyquantile(~api00, design, p, df = degf(design))[[1]]
    name <- paste0("quantile_", p)
    say(case, name, q[1, 1]); say(case, paste0(name, ".lower"), q[1, 2])
    say(case, paste0(name, ".upper"), q[1, 3]); say(case, paste0(name, ".se"), q[1, 4])
  }
  parts <- svytotal(~yh + h + ye + e, update(design, h = as.numeric(stype == "H"), e = as.numeric(stype == "E"),
                    yh = api00 * (stype == "H"), ye = api00 * (stype == "E")))
  both(case, "difference", svycontrast(parts, quote(yh / h - ye / e)))
  say(case, "share_awards_yes.se", as.numeric(SE(svymean(~I(awards == "Yes"), design)))[2])
  say(case, "share_awards_yes", as.numeric(coef(svymean(~I(awards == "Yes"), design)))[2])
  both(case, "ratio_of_M", svyratio(~api00, ~api99, subset(design, stype == "M")))
  both(case, "total_of_M", svytotal(~api00, subset(design, stype == "M")))
  w <- weights(design)
  say(case, "weight_squares", sum(w^2)); say(case, "weight_5", w[5])
}
clusters <- function(stratum) length(unique(apistrat$dnum[apistrat$stype == stratum]))
apistrat$of_clusters <- 3 * sapply(as.character(apistrat$stype), clusters)
designs <- list(
  nested = svydesign(id = ~dnum, strata = ~stype, weights = ~pw, fpc = ~of_clusters, nest = TRUE, data = apistrat),
  nested_infinite = svydesign(id = ~dnum, strata = ~stype, weights = ~pw, nest = TRUE, data = apistrat),
  districts = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc))
stype <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
totals <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122)
with99 <- c(totals, api99 = 3914069)
tight <- function(d, formula, totals) {
  g <- weights(calibrate(d, formula, totals)) / weights(d)
  c(min(g) + 0.1 * (1 - min(g)), 1 + 0.9 * (max(g) - 1))
}
for (name in names(designs)) {
  d <- designs[[name]]
  describe(name, d)
  describe(paste0(name, "_rake"), rake(d, list(~stype, ~sch.wide), list(stype, wide), control = list(maxit = 5000, epsilon = 1e-11)))
  for (kind in c("margins", "numbers")) {
    formula <- if (kind == "margins") ~stype + sch.wide else ~stype + sch.wide + api99
    known <- if (kind == "margins") totals else with99
    bounds <- tight(d, formula, known)
    case <- paste0(name, "_", kind)
    say(case, "lower", bounds[1]); say(case, "upper", bounds[2])
    for (f in c("linear", "raking", "logit")) {
      b <- try(calibrate(d, formula, known, calfun = f, bounds = bounds, epsilon = 1e-12, maxit = 500), silent = TRUE)
      if (!inherits(b, "try-error")) describe(paste0(case, "_", f), b)
    }
  }
}
t <- trimWeights(postStratify(designs$districts, ~stype, stype), upper = 50, lower = 31, strict = TRUE)
say("trim_strict", "weight_squares", sum(weights(t)^2)); say("trim_strict", "weight_max", max(weights(t)))
say("trim_strict", "weight_5", weights(t)[5])
# Trims after other adjustments: their errors, both bounds, once and until all hold.
formula <- ~stype + sch.wide + api99
adjusted <- list(ps = postStratify(designs$nested, ~awards, data.frame(awards = c("No", "Yes"), Freq = c(2027, 4167))),
                 rake = rake(designs$nested, list(~stype, ~sch.wide), list(stype, wide), control = list(maxit = 5000, epsilon = 1e-11)),
                 linear = calibrate(designs$nested, formula, with99), districts = calibrate(designs$districts, formula, with99))
for (name in names(adjusted)) for (strict in c(FALSE, TRUE)) for (bounds in list(c(16, 43), c(20, 40), c(30, 60))) {
  t <- trimWeights(adjusted[[name]], lower = bounds[1], upper = bounds[2], strict = strict)
  case <- paste0("trim_", name, if (strict) "_strict_" else "_once_", bounds[1])
  both(case, "mean_api00", svymean(~api00, t)); both(case, "total_of_M", svytotal(~api00, subset(t, stype == "M")))
  say(case, "weight_squares", sum(weights(t)^2)); say(case, "weight_5", weights(t)[5])
}
