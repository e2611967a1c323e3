#include <outweigh/listening/source_credibility-inl.hpp>
