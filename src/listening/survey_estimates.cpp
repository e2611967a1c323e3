#include <outweigh/listening/survey_estimates-inl.hpp>
