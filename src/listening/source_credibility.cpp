#include <outweigh/listening/source_credibility-inl.hpp>
#include <outweigh/listening/source_credibility.hpp>
