# Makes survey.csv with R's survey package (Debian: r-cran-survey). Run in this folder: Rscript survey.R > survey.csv
# Inputs are the package's own California schools (Academic Performance Index) and a small made-up sample.
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
data(api)
apiclus2$enroll[is.na(apiclus2$enroll)] <- 0
say <- function(case, quantity, value) cat(paste0(case, ",", quantity, ",", format(value, digits = 17)), sep = "\n")
both <- function(case, quantity, statistic) {
  say(case, quantity, as.numeric(coef(statistic))[1])
  say(case, paste0(quantity, ".se"), as.numeric(SE(statistic))[1])
}
describe <- function(case, design) {
  both(case, "mean_api00", svymean(~api00, design))
  both(case, "total_enroll", svytotal(~enroll, design))
  both(case, "ratio_api00_api99", svyratio(~api00, ~api99, design))
  both(case, "mean_api00_of_H", svymean(~api00, subset(design, stype == "H")))
  both(case, "total_enroll_of_H", svytotal(~enroll, subset(design, stype == "H")))
  q <- svyquantile(~api00, design, 0.5, df = degf(design))[[1]]
  say(case, "median_api00", q[1, 1]); say(case, "median_api00.lower", q[1, 2])
  say(case, "median_api00.upper", q[1, 3]); say(case, "median_api00.se", q[1, 4])
  w <- weights(design)
  say(case, "weight_sum", sum(w)); say(case, "weight_squares", sum(w^2))
  say(case, "weight_min", min(w)); say(case, "weight_max", max(w)); say(case, "weight_17", w[17])
}
srs <- svydesign(id = ~1, fpc = ~fpc, weights = ~pw, data = apisrs)
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
strat_infinite <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
clus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
clus1_infinite <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
clus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
designs <- list(srs = srs, strat = strat, strat_infinite = strat_infinite, clus1 = clus1,
                clus1_infinite = clus1_infinite, clus2 = clus2)
stype <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
awards <- data.frame(awards = c("No", "Yes"), Freq = as.numeric(table(apipop$awards)))
total <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018)
with99 <- c(total, api99 = 3914069)
with2 <- c(with99, meals = sum(apipop$meals))
say("population", "meals", sum(apipop$meals))
for (name in names(designs)) {
  d <- designs[[name]]
  describe(name, d)
  describe(paste0(name, "_poststrat"), postStratify(d, ~stype, stype))
  r <- rake(d, list(~stype, ~sch.wide, ~awards), list(stype, wide, awards), control = list(maxit = 5000, epsilon = 1e-11))
  describe(paste0(name, "_rake3"), r)
  r <- rake(d, list(~stype, ~sch.wide), list(stype, wide), control = list(maxit = 5000, epsilon = 1e-11))
  describe(paste0(name, "_rake"), r)
  describe(paste0(name, "_linear"), calibrate(d, ~stype + api99, with99))
  k <- try(calibrate(d, ~stype + api99, with99, calfun = "raking", epsilon = 1e-13, maxit = 200), silent = TRUE)
  if (!inherits(k, "try-error")) describe(paste0(name, "_raking"), k)
  describe(paste0(name, "_linear2"), calibrate(d, ~stype + api99 + meals, with2))
  # Bounds just inside of what the unbounded weights need, by design.
  g <- weights(calibrate(d, ~stype + api99, with99)) / weights(d)
  lower <- min(g) + 0.15 * (1 - min(g)); upper <- 1 + 0.85 * (max(g) - 1)
  say(paste0(name, "_bounded"), "lower", lower); say(paste0(name, "_bounded"), "upper", upper)
  for (f in c("linear", "raking", "logit")) {
    b <- try(calibrate(d, ~stype + api99, with99, calfun = f, bounds = c(lower, upper), epsilon = 1e-12, maxit = 500), silent = TRUE)
    if (!inherits(b, "try-error")) describe(paste0(name, "_bounded_", f), b)
  }
}
# Lonely clusters.
pick <- function(level, n) which(apistrat$stype == level)[seq_len(n)]
lonely <- apistrat[c(pick("E", 20), pick("H", 1), pick("M", 10)), ]
for (rule in c("remove", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = lonely)
  both(paste0("lonely_", rule), "mean_api00", svymean(~api00, d))
}
options(survey.lonely.psu = "fail")
t <- trimWeights(postStratify(clus1, ~stype, stype), upper = 50, lower = 31)
say("trim_once", "weight_max", max(weights(t))); say("trim_once", "weight_min", min(weights(t)))
say("trim_once", "weight_squares", sum(weights(t)^2))
# Replicate weights.
jk1 <- as.svrepdesign(clus1_infinite, type = "JK1"); both("jk1_clus1", "mean_api00", svymean(~api00, jk1))
jkn <- as.svrepdesign(strat_infinite, type = "JKn"); both("jkn_strat", "mean_api00", svymean(~api00, jkn))
jk1f <- as.svrepdesign(clus1, type = "JK1"); both("jk1_clus1_fpc", "mean_api00", svymean(~api00, jk1f))
jknf <- as.svrepdesign(strat, type = "JKn"); both("jkn_strat_fpc", "mean_api00", svymean(~api00, jknf))
jkr <- rake(jk1, list(~stype, ~sch.wide), list(stype, wide), control = list(maxit = 5000, epsilon = 1e-11))
both("jk1_clus1_rake", "mean_api00", svymean(~api00, jkr))
