#include <outweigh/listening/dawid_skene.hpp>
#include <outweigh/listening/dawid_skene-inl.hpp>
