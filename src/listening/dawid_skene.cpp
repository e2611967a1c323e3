#include <outweigh/listening/dawid_skene-inl.hpp>
