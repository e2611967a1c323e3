#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/listening/survey_estimates-inl.hpp>
