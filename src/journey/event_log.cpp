#include <outweigh/journey/event_log.hpp>
#include <outweigh/journey/event_log-inl.hpp>
