#include <outweigh/listening/never_heard.hpp>
#include <outweigh/listening/never_heard-inl.hpp>
