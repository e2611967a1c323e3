#include <outweigh/listening/source_credibility.hpp>
#include <outweigh/listening/source_credibility-inl.hpp>
