#include <outweigh/listening/survey_estimates-inl.hpp>
#include <outweigh/listening/survey_estimates.hpp>
