#include <outweigh/listening/dawid_skene-inl.hpp>
#include <outweigh/listening/dawid_skene.hpp>
